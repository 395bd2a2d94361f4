package io.turnmill.job.testing;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.engine.encode.EncoderEngine;
import io.turnmill.engine.encode.EncoderEngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderSpec;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.session.Session;
import io.turnmill.task.Task;
import io.turnmill.testing.FakeEncoderPass;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceTextTokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A model folder's own tokenizer and template, and a fake forward pass that they ask. */
public record FakeModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  /** Tokens of an encoder's texts in a pass. */
  private static final int TEXT_TOKENS = 64;

  /** So many texts are in progress at once that a bucket of the tests has no more. */
  private static final int TEXTS = 512;

  /**
   * Gives a decoder's scores that are not finite. Its first byte, F4, is in no other character in
   * use. An encoder's tokenizer may leave it out.
   */
  public static final String POISON = "\udbff\udffd";

  @Override
  public String identity() {
    return "fake " + options;
  }

  @Override
  public ModelRuntime load() {
    return load(options, batch -> {});
  }

  /**
   * A fake model of four slots that does something before it runs a certain text.
   *
   * @param text whose first byte is in no other text, or, for an encoder, a word that it does not
   *     know
   */
  public static ModelRuntime load(RuntimeOptions options, String text, Runnable before) {
    return load(options, text, before, UnaryOperator.identity());
  }

  /**
   * As above, with a task that is made of the model's own.
   *
   * @param task such as one that notes what it is asked
   */
  static ModelRuntime load(
      RuntimeOptions options, String text, Runnable before, UnaryOperator<Task<Session, ?>> task) {
    return load(options, 4, front -> whenItHolds(firstId(front, text), before), task);
  }

  /**
   * A fake model that does something before each pass.
   *
   * @param before such as to wait
   */
  public static ModelRuntime load(RuntimeOptions options, Consumer<TokenBatch> before) {
    return load(options, 8, front -> before, UnaryOperator.identity());
  }

  private static ModelRuntime load(
      RuntimeOptions options,
      int slots,
      Function<ModelFrontEnd, Consumer<TokenBatch>> look,
      UnaryOperator<Task<Session, ?>> task) {
    ModelFrontEnd front = ModelFrontEnd.open(options);
    Task<Session, ?> asked = task.apply(front.task());
    Consumer<TokenBatch> before = look.apply(front);
    if (front instanceof DecoderFrontEnd decoder) {
      FakeForwardPass pass = pass(decoder).nanAt(firstId(front, POISON)).beforeForward(before);
      return ModelRuntime.of(front, asked, decoderEngine(decoder, options, pass, slots), slots);
    }
    FakeEncoderPass pass =
        new FakeEncoderPass().wide(head(front).width()).spoiltByNoId().beforeForward(before);
    return ModelRuntime.of(front, asked, encoderEngine(front, options, pass), TEXTS);
  }

  private static Consumer<TokenBatch> whenItHolds(int id, Runnable before) {
    return batch -> {
      if (holds(batch, id)) {
        before.run();
      }
    };
  }

  /** The first token of a text; of an encoder's, the first one that is not around every text. */
  static int firstId(ModelFrontEnd front, String text) {
    if (front instanceof DecoderFrontEnd decoder) {
      return decoder.tokenizer().encode(text).get(0);
    }
    try (TextTokenizer tokenizer =
        HuggingFaceTextTokenizer.load(front.folder().tokenizerFile(), front.maxModelLen())) {
      TokenIds ids = tokenizer.encode(text, Optional.empty()).ids();
      if (ids.size() < 3) {
        throw new IllegalStateException("The tokenizer leaves out the whole text.");
      }
      return ids.get(1);
    }
  }

  private static FakeForwardPass pass(DecoderFrontEnd parts) {
    DecoderSpec spec = (DecoderSpec) parts.folder().spec();
    int end = spec.tokens().eos().iterator().next();
    // Two ids more than the tokenizer has: the fake's own poisons are not to be met by chance.
    return new FakeForwardPass(spec.vocabSize() + 2, end, 0.05);
  }

  static EncoderHead head(ModelFrontEnd encoder) {
    return ((EncoderSpec) encoder.folder().spec()).head();
  }

  /** The identity of a fake of a model, which computes in another way with another data type. */
  public static ModelIdentity fakeOf(ModelFrontEnd parts, RuntimeOptions options) {
    return new ModelIdentity(parts.folder().fingerprint(), "fake " + options.model().dtype());
  }

  private static Backend decoderEngine(
      DecoderFrontEnd parts, RuntimeOptions options, FakeForwardPass pass, int slots) {
    boolean prefixes = options.budgets().tuning().enablePrefixCaching();
    EngineConfig sizes = new EngineConfig(slots, 64, parts.maxModelLen(), 0, prefixes);
    return DecoderEngine.start(pass, sizes, fakeOf(parts, options));
  }

  static Backend encoderEngine(ModelFrontEnd parts, RuntimeOptions options, FakeEncoderPass pass) {
    int vocabSize = parts.folder().spec().vocabSize();
    List<String> labels =
        head(parts) instanceof Classification scores ? scores.labels() : List.of();
    return EncoderEngine.start(
        pass,
        new EncoderEngineConfig(TEXT_TOKENS, false, vocabSize),
        new EncoderEngine.Facts(fakeOf(parts, options), parts.maxModelLen(), labels));
  }

  private static boolean holds(TokenBatch batch, int id) {
    ByteBuffer ids = batch.ids().order(ByteOrder.LITTLE_ENDIAN);
    return IntStream.range(0, batch.tokens()).anyMatch(i -> ids.getLong(i * Long.BYTES) == id);
  }
}
