package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.engine.decode.ForwardPass;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.RandomNumbers;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.model.ModelFolder;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptOptions;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.testing.Conversations;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestDevice;
import io.turnmill.testing.TestSampling;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The task {@code rollout}: a dialogue whose assistant is the model, held against a plain loop. */
class RolloutTest {
  private static final Path MODEL = Path.of("../samples/models/chat-mini");
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final int ROOM = 1024;
  private static final long SEED = 7;

  /** Of two log-probabilities: float32, gathered over five layers in another order. */
  private static final float TIE = 1e-4f;

  private static final List<Session> SESSIONS =
      Conversations.ofSamples(Path.of("..")).stream()
          .filter(session -> session.userTurns().size() >= 3)
          .limit(8)
          .toList();

  private static HuggingFaceFileTokenizer tokenizer;
  private static ChatTemplate template;
  private static int end;

  @BeforeAll
  static void load() {
    tokenizer = HuggingFaceFileTokenizer.load(MODEL.resolve("tokenizer.json"));
    ChatTemplates found = ChatTemplates.find(MODEL);
    template = ChatTemplate.parse(found.choose(Optional.empty(), false), found.specialTokens());
    String text = found.eosToken().orElseThrow().text();
    end =
        tokenizer.addedTokens().stream()
            .filter(token -> token.content().equals(text))
            .findFirst()
            .orElseThrow()
            .id();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /** One more for the id that spoils scores and one for the id that takes all memory. */
  private static ForwardPass fake() {
    return new FakeForwardPass(tokenizer.vocabSize() + 2, end, 0.1);
  }

  private static ForwardPass real() {
    return TorchForwardPass.load(
        ModelFolder.open(MODEL),
        TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME));
  }

  private static List<TaskResult<Replies>> rollout(
      ForwardPass pass, List<Session> sessions, SamplingParams sampling, int slots, int room)
      throws Exception {
    PromptOptions options =
        new PromptOptions(
            Optional.empty(),
            Map.of(),
            false,
            false,
            Integer.MAX_VALUE,
            room - sampling.maxTokens());
    ReplyTask task =
        new ReplyTask(
            TaskKind.ROLLOUT,
            new PromptBuilder(template, tokenizer, options, CLOCK),
            tokenizer,
            sampling.withStopTokenIds(Set.of(end)),
            new ReplyTask.Ends(Set.of(end), List.of()),
            SEED);
    List<ItemWork<Integer, Replies>> works = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      works.add(task.begin(i, sessions::get));
    }
    EngineConfig config = new EngineConfig(slots, 96, ROOM);
    try (Backend engine = DecoderEngine.start(pass, config, ModelIdentity.NONE)) {
      Tasks.run(engine, 2 * slots, works.iterator(), done -> {});
    }
    return works.stream().map(ItemWork::result).toList();
  }

  /** What came of one turn. */
  private record Turn(int turn, String content, int promptTokens, List<TokenLogprob> logprobs) {}

  /** The plain way: one prompt after another, each computed from its start. */
  private static List<Turn> byHand(
      NaiveReference reference, Session session, SamplingParams sampling) {
    List<Turn> turns = new ArrayList<>();
    List<Message> history = new ArrayList<>();
    for (Message message : session.messages()) {
      if (message.role() == Role.ASSISTANT) {
        continue;
      }
      history.add(message);
      if (message.role() == Role.USER) {
        TokenIds prompt = tokenizer.encode(template.render(history, true, Map.of(), CLOCK).text());
        String name = session.key().sessionId();
        Generate request =
            new Generate(
                prompt,
                sampling.withStopTokenIds(Set.of(end)),
                RandomNumbers.randomKey(SEED, name, message.turn(), 0),
                () -> StopCheck.NEVER);
        Completion reply = (Completion) reference.run(request);
        String content = tokenizer.decode(reply.ids());
        turns.add(new Turn(message.turn(), content, prompt.size(), reply.logprobs()));
        history.add(new Message(0, Role.ASSISTANT, content, Optional.empty(), Optional.empty()));
      }
    }
    return turns;
  }

  private static List<List<Turn>> byHand(Supplier<ForwardPass> pass, SamplingParams sampling) {
    try (NaiveReference reference = new NaiveReference(pass.get(), ROOM)) {
      return SESSIONS.stream().map(session -> byHand(reference, session, sampling)).toList();
    }
  }

  private static List<Turn> turns(TaskResult<Replies> result) {
    Replies replies = ((TaskResult.Ok<Replies>) result).value();
    assertThat(replies.unanswered()).isEmpty();
    return replies.replies().stream()
        .map(of -> new Turn(of.turn(), of.content(), of.promptTokens(), of.logprobs()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16})
  void onTheFakeEveryReplyIsThatOfAPlainLoop(int slots) throws Exception {
    for (SamplingParams sampling :
        List.of(SamplingParams.greedy(12).with(1, 2), TestSampling.sampled(12, 0.8))) {
      List<List<Turn>> expected = byHand(RolloutTest::fake, sampling);
      List<TaskResult<Replies>> results = rollout(fake(), SESSIONS, sampling, slots, ROOM);
      assertThat(results.stream().map(RolloutTest::turns)).isEqualTo(expected);
    }
  }

  /** Until two tokens are as likely as sums in another order can tell: there a dialogue parts. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void onTheModelOfTheSamplesToo(int slots) throws Exception {
    SamplingParams sampling = SamplingParams.greedy(12).with(1, 2);
    List<List<Turn>> expected = byHand(RolloutTest::real, sampling);
    List<TaskResult<Replies>> results = rollout(real(), SESSIONS, sampling, slots, ROOM);
    int same = 0;
    for (int s = 0; s < SESSIONS.size(); s++) {
      List<Turn> found = turns(results.get(s));
      assertThat(found).hasSameSizeAs(expected.get(s));
      for (int i = 0; i < found.size(); i++) {
        Turn plain = expected.get(s).get(i);
        if (!found.get(i).content().equals(plain.content())) {
          assertTie(plain, found.get(i));
          break;
        }
        assertThat(found.get(i).promptTokens()).isEqualTo(plain.promptTokens());
        same++;
      }
    }
    assertThat(same).isGreaterThan(2 * SESSIONS.size());
  }

  private static void assertTie(Turn one, Turn other) {
    int parted = 0;
    while (one.logprobs().get(parted).id() == other.logprobs().get(parted).id()) {
      parted++;
    }
    List<TokenLogprob.Alternative> likeliest = one.logprobs().get(parted).alternatives();
    assertThat(likeliest.get(0).logprob() - likeliest.get(1).logprob()).isLessThan(TIE);
  }

  private static Message message(int turn, Role role, String content) {
    return new Message(turn, role, content, Optional.empty(), Optional.empty());
  }

  @Test
  void messagesOfOthersStayInTheirPlaceAndWhatComesAfterTheLastTurnIsNotShown() throws Exception {
    Session session =
        new Session(
            new SessionKey(Optional.empty(), "s"),
            List.of(
                message(0, Role.SYSTEM, "Be brief."),
                message(1, Role.ASSISTANT, "Hello, this is the archive."),
                message(2, Role.USER, "Where?"),
                message(3, Role.USER, "And when?"),
                message(4, Role.ASSISTANT, "Somewhere."),
                message(5, Role.SYSTEM, "Be kind."),
                message(6, Role.USER, "Thanks."),
                message(7, Role.ASSISTANT, "Bye.")),
            Map.of());
    SamplingParams sampling = SamplingParams.greedy(6).with(1, 2);
    List<Turn> found = turns(rollout(fake(), List.of(session), sampling, 2, ROOM).get(0));
    try (NaiveReference reference = new NaiveReference(fake(), ROOM)) {
      assertThat(found).isEqualTo(byHand(reference, session, sampling));
    }
    assertThat(found.stream().map(Turn::turn)).containsExactly(2, 3, 6);
  }

  @Test
  void afterATurnWithoutAReplyNoTurnIsAskedAndEachSaysSo() throws Exception {
    Session one = SESSIONS.get(0);
    SamplingParams sampling = SamplingParams.greedy(6);
    List<Turn> all = turns(rollout(fake(), List.of(one), sampling, 2, ROOM).get(0));
    int room = all.get(1).promptTokens() + sampling.maxTokens();
    Replies some =
        ((TaskResult.Ok<Replies>) rollout(fake(), List.of(one), sampling, 2, room).get(0)).value();

    assertThat(some.replies().stream().map(Reply::turn))
        .isEqualTo(all.subList(0, 2).stream().map(Turn::turn).toList());
    assertThat(some.unanswered().stream().map(Unanswered::turn))
        .isEqualTo(all.stream().skip(2).map(Turn::turn).toList());
    assertThat(
            some.unanswered().stream()
                .map(Unanswered::code)
                .distinct()
                .collect(Collectors.toList()))
        .startsWith("prompt_too_long")
        .isSubsetOf("prompt_too_long", "earlier_turn_failed");
    assertThat(some.unanswered().stream().skip(1))
        .allSatisfy(
            turn -> {
              assertThat(turn.code()).isEqualTo("earlier_turn_failed");
              assertThat(turn.detail()).isEqualTo("turn " + all.get(2).turn() + " has no reply");
            });
  }

  @Test
  void aSessionWhoseFirstTurnHasNoReplyIsRejectedForThat() throws Exception {
    TaskResult<Replies> result =
        rollout(fake(), SESSIONS.subList(0, 1), SamplingParams.greedy(6), 2, 8).get(0);
    assertThat(result)
        .isInstanceOfSatisfying(
            TaskResult.Rejected.class,
            rejected -> assertThat(rejected.code().wireName()).isEqualTo("prompt_too_long"));
  }

  /** A feed that asks one work at a time sees that its slot is worth keeping. */
  @Test
  void aWorkAsksOneTurnAtATimeAndSaysWhileMoreFollow() {
    Session session = SESSIONS.get(0);
    PromptOptions options =
        new PromptOptions(Optional.empty(), Map.of(), false, false, Integer.MAX_VALUE, ROOM);
    ReplyTask task =
        new ReplyTask(
            TaskKind.ROLLOUT,
            new PromptBuilder(template, tokenizer, options, CLOCK),
            tokenizer,
            SamplingParams.greedy(4),
            new ReplyTask.Ends(Set.of(), List.of()),
            SEED);
    ItemWork<String, Replies> work = task.begin("row", row -> session);
    Outcome reply =
        new Completion(TokenIds.of(5), Outcome.FinishReason.LENGTH, -1, 3, 0, 1, -0.5, List.of());
    for (int turn = 0; turn < session.userTurns().size(); turn++) {
      var asked = work.next();
      assertThat(asked).hasSize(1);
      assertThat(work.next()).isEmpty();
      assertThat(work.mayContinue()).isEqualTo(turn < session.userTurns().size() - 1);
      work.accept(asked.get(0), reply);
    }
    assertThat(work.done()).isTrue();
    assertThat(work.row()).isEqualTo("row");
  }
}
