package io.turnmill.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.TokenBatch;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelFolder;
import java.util.function.UnaryOperator;

/** States of a decoder that serves as an embedder: each text is one prompt in a slot of its own. */
final class CausalStates implements States {
  private final TorchModule decoder;
  private final Weights weights;

  private CausalStates(TorchModule decoder, Weights weights) {
    this.decoder = decoder;
    this.weights = weights;
  }

  static CausalStates load(
      ModelFolder folder, DecoderSpec spec, TorchOptions options, PtNDManager manager) {
    Weights weights = Weights.bind(folder, options, manager);
    DecoderModule decoder =
        DecoderModule.load(
            spec, options, options.attention(spec), UnaryOperator.identity(), weights, manager);
    return new CausalStates(decoder.module(), weights);
  }

  @Override
  public IValue of(TokenBatch batch, Arguments arguments) {
    return arguments.own(
        decoder.run(
            "states",
            weights.tables(),
            arguments.vector(batch.ids(), DataType.INT64),
            arguments.vector(batch.offsets(), DataType.INT32),
            arguments.vector(batch.slots(), DataType.INT64),
            arguments.vector(batch.starts(), DataType.INT64),
            arguments.vector(batch.lengths(), DataType.INT64),
            arguments.longs(AttentionPlan.alone(batch.rows())),
            arguments.number(batch.longest())));
  }

  /** Each text goes alone. */
  @Override
  public long attended(TokenBatch batch) {
    return batch.attended();
  }

  @Override
  public Weights weights() {
    return weights;
  }

  @Override
  public void close() {
    weights.close();
    decoder.close();
  }
}
