package io.turnmill.job.testing;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.model.DecoderSpec;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.testing.FakeForwardPass;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A model folder's own tokenizer and template, and a fake forward pass behind them. */
public record FakeModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  /** Gives scores that are not finite. Its first byte, F4, is in no other character in use. */
  public static final String POISON = "\udbff\udffd";

  @Override
  public String identity() {
    return "fake " + options;
  }

  @Override
  public ModelRuntime load() {
    DecoderFrontEnd parts = DecoderFrontEnd.open(options);
    FakeForwardPass pass = pass(parts).nanAt(parts.tokenizer().encode(POISON).get(0));
    return runtime(parts, options, pass, 8);
  }

  /**
   * A fake model of four slots that does something before it runs a certain text.
   *
   * @param text whose first byte is in no other text
   */
  public static ModelRuntime load(RuntimeOptions options, String text, Runnable before) {
    DecoderFrontEnd parts = DecoderFrontEnd.open(options);
    int id = parts.tokenizer().encode(text).get(0);
    Consumer<TokenBatch> look =
        batch -> {
          if (holds(batch, id)) {
            before.run();
          }
        };
    return runtime(parts, options, pass(parts).beforeForward(look), 4);
  }

  private static FakeForwardPass pass(DecoderFrontEnd parts) {
    DecoderSpec spec = (DecoderSpec) parts.folder().spec();
    int end = spec.tokens().eos().iterator().next();
    // Two ids more than the tokenizer has: the fake's own poisons are not to be met by chance.
    return new FakeForwardPass(spec.vocabSize() + 2, end, 0.05);
  }

  /** The identity of a fake of a model, which computes in another way with another data type. */
  public static ModelIdentity fakeOf(DecoderFrontEnd parts, RuntimeOptions options) {
    return new ModelIdentity(parts.folder().fingerprint(), "fake " + options.model().dtype());
  }

  private static ModelRuntime runtime(
      DecoderFrontEnd parts, RuntimeOptions options, FakeForwardPass pass, int slots) {
    EngineConfig sizes = new EngineConfig(slots, 64, parts.maxModelLen());
    return ModelRuntime.of(
        parts, DecoderEngine.start(pass, sizes, fakeOf(parts, options)), sizes.maxNumSeqs());
  }

  private static boolean holds(TokenBatch batch, int id) {
    ByteBuffer ids = batch.ids().order(ByteOrder.LITTLE_ENDIAN);
    return IntStream.range(0, batch.tokens()).anyMatch(i -> ids.getLong(i * Long.BYTES) == id);
  }
}
