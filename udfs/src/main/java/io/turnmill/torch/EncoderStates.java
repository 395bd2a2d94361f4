package io.turnmill.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.TokenBatch;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ModelFolder;
import io.turnmill.torch.source.EncoderSource;
import java.util.List;
import java.util.stream.LongStream;

/** States of an encoder whose source is ours. */
final class EncoderStates implements States {
  private final TorchModule encoder;
  private final Weights weights;

  private EncoderStates(TorchModule encoder, Weights weights) {
    this.encoder = encoder;
    this.weights = weights;
  }

  static EncoderStates load(
      ModelFolder folder, EncoderSpec spec, TorchOptions options, PtNDManager manager) {
    TorchModule encoder =
        TorchModule.compile(
            EncoderSource.CLASS_NAME, EncoderSource.of(spec, options.kernel()), manager);
    Weights weights = Weights.bind(folder, options, manager);
    encoder.run("prepare", weights.tables()).close();
    return new EncoderStates(encoder, weights);
  }

  @Override
  public IValue of(TokenBatch batch, Arguments arguments) {
    long[] groups =
        groups(batch).stream()
            .flatMapToLong(group -> LongStream.of(group.size(), group.longest(), group.tokens()))
            .toArray();
    return arguments.own(
        encoder.run(
            "states",
            weights.tables(),
            arguments.vector(batch.ids(), DataType.INT64),
            arguments.vector(batch.types(), DataType.INT64),
            arguments.vector(batch.offsets(), DataType.INT32),
            arguments.longs(groups)));
  }

  @Override
  public long attended(TokenBatch batch) {
    return groups(batch).stream().mapToLong(group -> (long) group.size() * group.longest()).sum();
  }

  private static List<LengthGroups.Group> groups(TokenBatch batch) {
    return LengthGroups.aligned(batch.rows().stream().mapToInt(row -> row.ids().size()).toArray());
  }

  @Override
  public Weights weights() {
    return weights;
  }

  @Override
  public void close() {
    weights.close();
    encoder.close();
  }
}
