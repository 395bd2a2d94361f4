package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.engine.Draw;
import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.AnsweredWork.Answer;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.model.ModelFolder;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestDevice;
import io.turnmill.testing.TokenScores;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.PassScores;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.ShortPass;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * What {@link EnginePropertyTest} says of the fake, of real decoders: tiny ones with random
 * weights, of five families.
 */
class RealModelPropertyTest {
  private static final Path DECODERS = Path.of("src/test/resources/golden/decoders");
  private static final TorchOptions OPTIONS =
      TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME);
  private static final int LONGEST = 96;

  /** Sums of some dozens of float32 log-probabilities, in another order than the reference's. */
  private static final double LOGPROB_TOLERANCE = 1e-3;

  /** For the reference, by name of the model. */
  private static final Map<String, TokenScores> SCORES = new HashMap<>();

  private static int replies;
  private static int scored;
  private static int closeCalls;
  private static int cachedTokens;
  private static long shortSteps;
  private static long withdrawn;

  /** Under which circumstances the same works run. */
  record Setting(
      String model,
      EngineConfig config,
      int works,
      int feeds,
      int window,
      int outOfMemoryAbove,
      boolean kill) {

    TorchForwardPass pass() {
      return outOfMemoryAbove == Integer.MAX_VALUE
          ? TorchForwardPass.load(folder(model), OPTIONS)
          : ShortPass.load(folder(model), OPTIONS, outOfMemoryAbove);
    }

    /** So many works of a feed come out before it is killed; the last feed never is. */
    int takes(int feed, long seed) {
      return kill && feed < feeds - 1
          ? new Random(seed + feed).nextInt(works + 1)
          : Integer.MAX_VALUE;
    }
  }

  @Provide
  Arbitrary<Setting> settings() {
    Arbitrary<EngineConfig> configs =
        Combinators.combine(
                Arbitraries.integers().between(1, 7),
                Arbitraries.integers().between(0, 40),
                Arbitraries.integers().between(24, LONGEST),
                Arbitraries.integers().between(0, 6),
                Arbitraries.of(true, false),
                Arbitraries.doubles().between(0, 2))
            .as(
                (slots, more, length, piece, reuse, part) ->
                    new EngineConfig(slots, slots + more, length, piece, reuse)
                        .withSlots((int) Math.max(1, Math.min(1, part) * length), length));
    return Combinators.combine(
            Arbitraries.of(
                "qwen2-tied-f32",
                "qwen2-sliding",
                "qwen3-sliding",
                "llama-llama3",
                "phi3-sliding",
                "phi3-partial-tied",
                "gemma3_text-pattern"),
            configs,
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 8),
            Arbitraries.oneOf(
                Arbitraries.just(Integer.MAX_VALUE), Arbitraries.integers().between(1, 12)),
            Arbitraries.of(true, false))
        .as(Setting::new);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void everyReplyEqualsTheNaiveReference(@ForAll("settings") Setting setting, @ForAll long seed)
      throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (Backend engine =
        DecoderEngine.start(
            setting.pass(),
            setting.config(),
            ModelIdentity.NONE,
            new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity))) {
      answers.addAll(runOnFeeds(engine, setting, seed));
      OneRequest last = new OneRequest(OneRequest.greedy(TokenIds.of(1), 1, Set.of()));
      Tasks.run(engine, 1, List.of(last).iterator(), done -> {});
      assertThat(engine.metrics().get(Metric.SLOTS_IN_USE)).as("behind every withdrawal").isZero();
      shortSteps += engine.metrics().get(Metric.OUT_OF_MEMORY_STEPS);
      withdrawn += engine.metrics().get(Metric.WITHDRAWN);
    }

    WholeSequencePass pass = new WholeSequencePass(scores(setting.model()));
    try (NaiveReference reference = new NaiveReference(pass, setting.config().maxModelLen())) {
      for (Answer answer : answers) {
        compare(answer, reference.run(answer.request()), pass);
        countCachedTokens(answer.outcome(), setting.config());
      }
    }
  }

  /** Else the tolerance would hide a fault, or hardly anything was tried. */
  @AfterContainer
  static void closeCallsAreRareAndPrefixesAreReused() {
    SCORES.values().forEach(TokenScores::close);
    assertThat(replies).isGreaterThan(300);
    assertThat(scored).isGreaterThan(100);
    assertThat(closeCalls).isLessThanOrEqualTo(1 + replies / 1000);
    assertThat(cachedTokens).isGreaterThan(500);
    assertThat(shortSteps).isGreaterThan(20);
    assertThat(withdrawn).isGreaterThan(3);
  }

  private static ModelFolder folder(String model) {
    return ModelFolder.open(DECODERS.resolve(model).resolve("model"));
  }

  private static TokenScores scores(String model) {
    return SCORES.computeIfAbsent(
        model, name -> PassScores.load(folder(name), OPTIONS, 1, LONGEST));
  }

  /** Every request with its outcome; each feed submits its share in random order. */
  private static List<Answer> runOnFeeds(Backend engine, Setting setting, long seed)
      throws Exception {
    List<Integer> order = new ArrayList<>(IntStream.range(0, setting.works()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return Tasks.together(
            setting.feeds(),
            feed ->
                runOnFeed(
                    engine,
                    setting.window(),
                    setting.takes(feed, seed),
                    order.stream()
                        .filter(number -> number % setting.feeds() == feed)
                        .map(number -> new AnsweredWork(work(seed, number)))
                        .toList()))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  /** Every other work has continuations scored, too. */
  private static ScriptedWork work(long seed, int number) {
    return number % 2 == 0
        ? new ScriptedWork(seed + number)
        : ScriptedWork.withScores(seed + number);
  }

  private static List<Answer> runOnFeed(
      Backend engine, int window, int takes, List<AnsweredWork> works) throws InterruptedException {
    List<AnsweredWork> done = new ArrayList<>();
    Tasks.run(engine, window, works.iterator(), takes, done::add);
    assertThat(done).doesNotHaveDuplicates().hasSize(Math.min(takes, works.size()));
    return done.stream().flatMap(work -> work.answers().stream()).toList();
  }

  private static void compare(Answer answer, Outcome expected, WholeSequencePass pass) {
    replies++;
    if (answer.outcome() instanceof Scores ours && expected instanceof Scores reference) {
      scored += ours.logprobs().size();
      assertClose(ours, reference);
      return;
    }
    if (!(answer.outcome() instanceof Completion ours)
        || !(expected instanceof Completion reference)) {
      assertThat(ScriptedWork.comparable(answer.outcome())).isEqualTo(expected);
      return;
    }
    if (!drawn(ours).equals(drawn(reference))) {
      assertCloseCall((Generate) answer.request(), drawn(ours), drawn(reference), pass);
      closeCalls++;
      return;
    }
    assertThat(withoutLogprobs(ours)).isEqualTo(withoutLogprobs(reference));
    assertThat(ours.sumLogprob()).isCloseTo(reference.sumLogprob(), within(LOGPROB_TOLERANCE));
    assertThat(ours.logprobs()).hasSameSizeAs(reference.logprobs());
    for (int i = 0; i < ours.logprobs().size(); i++) {
      assertClose(ours.logprobs().get(i), reference.logprobs().get(i));
    }
  }

  private static void assertClose(Scores ours, Scores reference) {
    assertThat(ours.logprobs()).hasSameSizeAs(reference.logprobs());
    for (int i = 0; i < ours.logprobs().size(); i++) {
      assertThat(floats(ours.logprobs().get(i)))
          .containsExactly(floats(reference.logprobs().get(i)), within((float) LOGPROB_TOLERANCE));
    }
  }

  private static float[] floats(List<Float> numbers) {
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.get(i);
    }
    return floats;
  }

  /** Alternatives that are as likely as each other may change places. */
  private static void assertClose(TokenLogprob ours, TokenLogprob reference) {
    assertThat(ours.id()).isEqualTo(reference.id());
    assertThat((double) ours.logprob()).isCloseTo(reference.logprob(), within(LOGPROB_TOLERANCE));
    assertThat(ours.alternatives()).hasSameSizeAs(reference.alternatives());
    for (int rank = 0; rank < ours.alternatives().size(); rank++) {
      assertThat((double) ours.alternatives().get(rank).logprob())
          .isCloseTo(reference.alternatives().get(rank).logprob(), within(LOGPROB_TOLERANCE));
    }
  }

  private static void assertCloseCall(
      Generate request, TokenIds ours, TokenIds reference, WholeSequencePass pass) {
    int same = ours.commonPrefix(reference);
    assertThat(same).as("one reply is the beginning of the other").isLessThan(ours.size());
    assertThat(same).as("one reply is the beginning of the other").isLessThan(reference.size());
    TokenIds reply = reference.slice(0, same);
    Draw draw = NaiveReference.draw(request, IntStream.of(reply.toArray()).boxed().toList());
    assertThat(pass.isCloseCall(request.prompt().concat(reply), draw))
        .as("reply %s instead of %s, which is no close call at %d", ours, reference, same)
        .isTrue();
  }

  /** The stop token included. */
  private static TokenIds drawn(Completion reply) {
    return reply.stopTokenId() < 0
        ? reply.ids()
        : reply.ids().concat(TokenIds.of(reply.stopTokenId()));
  }

  private static Completion withoutLogprobs(Completion reply) {
    return new Completion(
        reply.ids(),
        reply.finishReason(),
        reply.stopTokenId(),
        reply.promptTokens(),
        0,
        reply.generatedTokens(),
        0,
        List.of());
  }

  private static void countCachedTokens(Outcome outcome, EngineConfig config) {
    int cached = ScriptedWork.cachedTokens(outcome);
    cachedTokens += cached;
    assertThat(config.enablePrefixCaching() || cached == 0).isTrue();
  }
}
