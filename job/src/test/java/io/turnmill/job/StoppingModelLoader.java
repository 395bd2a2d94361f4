package io.turnmill.job;

import io.turnmill.engine.Engine;
import io.turnmill.engine.EngineConfig;
import io.turnmill.engine.FakeForwardPass;
import io.turnmill.engine.TokenBatch;
import io.turnmill.job.infer.ModelLoader;
import io.turnmill.model.DecoderSpec;
import io.turnmill.runtime.ModelParts;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * As {@link FakeModelLoader}, and the whole model breaks, as with a lost device, when it comes to a
 * certain text while that is dangerous.
 */
record StoppingModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  /** Its first byte is in no other text of the tests. */
  static final String STONE = "\ud800\udf48";

  static final AtomicBoolean DANGEROUS = new AtomicBoolean();

  @Override
  public String identity() {
    return "stopping " + options;
  }

  @Override
  public ModelRuntime load() {
    ModelParts parts = ModelParts.open(options);
    int end = ((DecoderSpec) parts.folder().spec()).tokens().eos().iterator().next();
    int stone = parts.tokenizer().encode(STONE).get(0);
    FakeForwardPass pass =
        new FakeForwardPass(parts.folder().spec().vocabSize() + 2, end, 0.05)
            .beforeForward(
                batch -> {
                  if (DANGEROUS.get() && holds(batch, stone)) {
                    throw new IllegalStateException("The device is gone.");
                  }
                });
    EngineConfig sizes = new EngineConfig(4, 64, parts.maxModelLen());
    return ModelRuntime.of(parts, options, Engine.start(pass, sizes), sizes.maxNumSeqs());
  }

  private static boolean holds(TokenBatch batch, int id) {
    ByteBuffer ids = batch.ids().order(ByteOrder.LITTLE_ENDIAN);
    return IntStream.range(0, batch.tokens()).anyMatch(i -> ids.getLong(i * Long.BYTES) == id);
  }
}
