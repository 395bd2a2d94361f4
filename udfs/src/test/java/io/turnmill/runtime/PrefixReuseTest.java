package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Request;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.inference.TokenLogprob.Alternative;
import io.turnmill.inference.Work;
import io.turnmill.model.ModelFolder;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptOptions;
import io.turnmill.prompt.PromptResult;
import io.turnmill.prompt.SpecialTokens;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.testing.Conversations;
import io.turnmill.testing.Goldens;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestDevice;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sample conversations through the sample model, with prefixes reused and not: the same greedy ids.
 */
class PrefixReuseTest {
  private static final Path MODEL = Path.of("../samples/models/chat-mini");
  private static final String SYSTEM_PROMPT =
      "You are a helpful assistant who books restaurants, hotels, flights and films."
          + " Answer in the language of the user, in one sentence.";
  private static final String OWN = "the model's own";
  private static final int MAX_MODEL_LEN = 1024;

  /** Half of the sessions that are under way: a slot is kept for the next turn of its session. */
  private static final int SLOTS = 5;

  private static final EngineConfig REUSED = new EngineConfig(SLOTS, 96, MAX_MODEL_LEN, 64, true);
  private static final EngineConfig COMPUTED =
      new EngineConfig(SLOTS, 96, MAX_MODEL_LEN, 64, false);

  private static final int IM_END = 6143;

  /** With the two likeliest tokens reported. */
  private static final SamplingParams GREEDY =
      SamplingParams.greedy(12).withStopTokenIds(Set.of(IM_END)).with(1, 2);

  /** Of two log-probabilities: float32, gathered over five layers in another order. */
  private static final float TIE = 1e-4f;

  @ParameterizedTest
  @ValueSource(strings = {OWN, "pipes.jinja"})
  void repliesToEveryTurnAreTheSameWithoutReuse(String template) throws Exception {
    assertReuseChangesNoTurn(template);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chatml-tools.jinja", "brackets-tools.jinja"})
  @Tag("slow")
  void soAreThoseOfTemplatesThatTakeTools(String template) throws Exception {
    assertReuseChangesNoTurn(template);
  }

  private static void assertReuseChangesNoTurn(String template) throws Exception {
    List<List<TokenIds>> sessions = prompts(template, Optional.empty(), 8, 12);
    assertThat(sessions).allSatisfy(turns -> assertThat(turns).hasSizeGreaterThan(3));
    assertReuseChangesNothing(sessions);
  }

  @ParameterizedTest
  @ValueSource(strings = {OWN, "chatml-tools.jinja"})
  void repliesBehindASharedSystemPromptAreTheSameWithoutReuse(String template) throws Exception {
    List<List<TokenIds>> sessions =
        prompts(template, Optional.of(SYSTEM_PROMPT), 2, 24).stream()
            .map(turns -> turns.subList(0, 1))
            .toList();
    assertReuseChangesNothing(sessions);
  }

  private static void assertReuseChangesNothing(List<List<TokenIds>> sessions) throws Exception {
    List<Completion> reused = replies(sessions, REUSED);
    List<Completion> computed = replies(sessions, COMPUTED);

    int ties = 0;
    for (int i = 0; i < computed.size(); i++) {
      if (!drawn(reused.get(i)).equals(drawn(computed.get(i)))) {
        assertTie(reused.get(i), computed.get(i));
        ties++;
      }
    }
    assertThat(ties).as("a tolerance is for what hardly happens").isLessThanOrEqualTo(1);
    int promptTokens = computed.stream().mapToInt(Completion::promptTokens).sum();
    assertThat(cachedTokens(computed)).isZero();
    assertThat(cachedTokens(reused)).isGreaterThan(promptTokens / 4);
  }

  /** Sums in another order may take the other one of two tokens that are as likely. */
  private static void assertTie(Completion reused, Completion computed) {
    int same = drawn(reused).commonPrefix(drawn(computed));
    List<Alternative> likeliest = computed.logprobs().get(same).alternatives();
    assertThat(likeliest.get(0).logprob() - likeliest.get(1).logprob())
        .as("how much likelier token %d is than the next best", same)
        .isLessThan(TIE);
  }

  /** The stop token included. */
  private static TokenIds drawn(Completion reply) {
    return TokenIds.of(reply.logprobs().stream().mapToInt(TokenLogprob::id).toArray());
  }

  private static int cachedTokens(List<Completion> replies) {
    return replies.stream().mapToInt(Completion::cachedTokens).sum();
  }

  /**
   * For each session the prompts of its user turns, each with the written turns before it.
   *
   * @param leastTurns messages of a session
   */
  private static List<List<TokenIds>> prompts(
      String template, Optional<String> systemPrompt, int leastTurns, int count) {
    try (HuggingFaceFileTokenizer tokenizer =
        HuggingFaceFileTokenizer.load(MODEL.resolve("tokenizer.json"))) {
      PromptBuilder builder =
          new PromptBuilder(
              template(template),
              tokenizer,
              new PromptOptions(
                  systemPrompt,
                  Map.of(),
                  false,
                  true,
                  tokenizer.vocabSize(),
                  MAX_MODEL_LEN - GREEDY.maxTokens()),
              Goldens.CLOCK);
      List<Session> sessions =
          Conversations.ofSamples(Path.of("..")).stream()
              .filter(session -> session.messages().size() >= leastTurns)
              .filter(session -> builder.forLastUserTurn(session) instanceof PromptResult.Ready)
              .toList();
      int all = sessions.size();
      assertThat(all).isGreaterThanOrEqualTo(count);
      return IntStream.range(0, count)
          .mapToObj(i -> turns(sessions.get(i * all / count), builder))
          .toList();
    }
  }

  private static List<TokenIds> turns(Session session, PromptBuilder builder) {
    List<TokenIds> prompts = new ArrayList<>();
    List<Message> messages = session.messages();
    for (int end = 1; end <= messages.size(); end++) {
      if (messages.get(end - 1).role() == Role.USER) {
        Session begun = new Session(session.key(), messages.subList(0, end), session.carried());
        PromptResult prompt = builder.forLastUserTurn(begun);
        prompts.add(((PromptResult.Ready) prompt).prompt().ids());
      }
    }
    return prompts;
  }

  private static ChatTemplate template(String name) {
    return name.equals(OWN)
        ? Conversations.template(MODEL)
        : ChatTemplate.parse(
            Goldens.OWN.template(name),
            new SpecialTokens(Map.of("bos_token", "<s>", "eos_token", "</s>")));
  }

  /** In the order of the prompts. */
  private static List<Completion> replies(List<List<TokenIds>> sessions, EngineConfig config)
      throws Exception {
    TorchOptions options =
        TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME);
    List<Replay> replays = sessions.stream().map(Replay::new).toList();
    try (Backend engine =
        DecoderEngine.start(
            TorchForwardPass.load(ModelFolder.open(MODEL), options), config, ModelIdentity.NONE)) {
      Tasks.run(engine, 2 * SLOTS, replays.iterator(), done -> {});
    }
    return replays.stream().flatMap(replay -> replay.replies.stream()).toList();
  }

  /** The turns of a session, one after the other. */
  private static final class Replay implements Work {
    private final List<TokenIds> prompts;
    private final List<Completion> replies = new ArrayList<>();
    private int asked;

    Replay(List<TokenIds> prompts) {
      this.prompts = prompts;
    }

    @Override
    public List<Request> next() {
      if (asked > replies.size() || done()) {
        return List.of();
      }
      return List.of(new Generate(prompts.get(asked++), GREEDY, 0, () -> StopCheck.NEVER));
    }

    @Override
    public boolean mayContinue() {
      return asked < prompts.size();
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      replies.add((Completion) outcome);
    }

    @Override
    public boolean done() {
      return replies.size() == prompts.size();
    }
  }
}
