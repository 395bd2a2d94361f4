package io.turnmill.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.TextBatch;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

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
  public IValue of(TextBatch batch, Arguments arguments) {
    int rows = batch.rows().size();
    long[] lengths = batch.rows().stream().mapToLong(row -> row.ids().size()).toArray();
    long[] prefills = new long[3 * rows];
    for (int r = 0; r < rows; r++) {
      prefills[3 * r] = r; // slot
      prefills[3 * r + 2] = lengths[r]; // from position 0 on
    }
    return arguments.own(
        decoder.run(
            "states",
            weights.tables(),
            arguments.vector(batch.ids(), DataType.INT64),
            arguments.vector(batch.offsets(), DataType.INT32),
            arguments.vector(
                buffer(IntStream.range(0, rows).asLongStream().toArray()), DataType.INT64),
            arguments.vector(buffer(new long[rows]), DataType.INT64),
            arguments.vector(buffer(lengths), DataType.INT64),
            arguments.longs(prefills),
            arguments.number(batch.longest())));
  }

  /** Each text goes alone. */
  @Override
  public long attended(TextBatch batch) {
    return batch.tokens();
  }

  private static ByteBuffer buffer(long[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Long.BYTES).order(ByteOrder.nativeOrder());
    buffer.asLongBuffer().put(values);
    return buffer;
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
