package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.runtime.RuntimeOptions.Budgets;
import io.turnmill.runtime.RuntimeOptions.Model;
import io.turnmill.runtime.RuntimeOptions.Prompts;
import io.turnmill.runtime.RuntimeOptions.Tuning;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Replies;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.task.Reply;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskResult;
import io.turnmill.testing.Conversations;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestDevice;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The task {@code replay}: what each turn would have got if the session had ended with it. */
class ReplayTest {
  private static final String MODEL = "../samples/models/chat-mini";
  private static final int MAX_MODEL_LEN = 1024;

  /** With the ids of all drawn tokens, and the two likeliest. */
  private static final SamplingParams GREEDY = SamplingParams.greedy(8).with(1, 2);

  /** Of two log-probabilities: float32, gathered over five layers in another order. */
  private static final float TIE = 1e-4f;

  private static final List<Session> SESSIONS =
      Conversations.ofSamples(Path.of("..")).stream()
          .filter(session -> session.userTurns().size() >= 3)
          .limit(8)
          .toList();

  /** What was asked of the model, and how much of it was computed. */
  private record Ran(List<TaskResult<?>> results, Metrics metrics) {}

  private static Ran run(
      TaskKind kind, List<Session> sessions, SamplingParams sampling, int slots, int maxModelLen)
      throws Exception {
    RuntimeOptions options =
        new RuntimeOptions(
            new Model(MODEL, "", "float32", "none", TestDevice.NAME),
            new Budgets(1, slots, 96, maxModelLen, 0, Tuning.DEFAULTS),
            new Prompts("", "", "", "", false, false, Instant.EPOCH),
            sampling,
            false,
            List.of(),
            7,
            new TaskOptions.Reply(kind));
    List<ItemWork<Integer, ?>> works = new ArrayList<>();
    try (ModelRuntime runtime = ModelRuntime.load(options)) {
      for (int i = 0; i < sessions.size(); i++) {
        works.add(runtime.task().begin(i, sessions::get));
      }
      Tasks.run(runtime.backend(), runtime.window(), works.iterator(), done -> {});
      return new Ran(
          works.stream().<TaskResult<?>>map(ItemWork::result).toList(),
          runtime.backend().metrics());
    }
  }

  private static List<Replies> replies(Ran ran) {
    return ran.results().stream()
        .map(result -> (Replies) ((TaskResult.Ok<?>) result).value())
        .toList();
  }

  private static Session until(Session session, int userTurn) {
    return new Session(
        new SessionKey(session.key().tenant(), session.key().sessionId()),
        session.messages().subList(0, userTurn + 1),
        Map.of());
  }

  private static List<Integer> ids(Reply reply) {
    return reply.logprobs().stream().map(TokenLogprob::id).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16})
  void everyTurnHasTheReplyOfARunOverTheSessionUpToIt(int slots) throws Exception {
    List<Session> prefixes = new ArrayList<>();
    for (Session session : SESSIONS) {
      session.userTurns().forEach(turn -> prefixes.add(until(session, turn)));
    }
    List<Reply> one =
        replies(run(TaskKind.REPLY, prefixes, GREEDY, 1, MAX_MODEL_LEN)).stream()
            .flatMap(of -> of.replies().stream())
            .toList();
    List<Replies> replayed = replies(run(TaskKind.REPLAY, SESSIONS, GREEDY, slots, MAX_MODEL_LEN));

    assertThat(replayed).allSatisfy(of -> assertThat(of.unanswered()).isEmpty());
    List<Reply> every = replayed.stream().flatMap(of -> of.replies().stream()).toList();
    assertThat(every.stream().map(Reply::turn)).isEqualTo(one.stream().map(Reply::turn).toList());
    for (int i = 0; i < one.size(); i++) {
      if (!ids(every.get(i)).equals(ids(one.get(i)))) {
        assertTie(one.get(i), every.get(i));
      }
    }
  }

  /** Where two replies part, two tokens were as likely as sums in another order can tell. */
  private static void assertTie(Reply one, Reply other) {
    int parted = 0;
    while (ids(one).get(parted).equals(ids(other).get(parted))) {
      parted++;
    }
    List<TokenLogprob.Alternative> likeliest = one.logprobs().get(parted).alternatives();
    assertThat(likeliest.get(0).logprob() - likeliest.get(1).logprob()).isLessThan(TIE);
  }

  /** The last prompt holds nearly all of the others: they cost their own ends alone. */
  @Test
  void everyPartOfASessionIsComputedOnce() throws Exception {
    Ran ran = run(TaskKind.REPLAY, SESSIONS, GREEDY, 16, MAX_MODEL_LEN);
    long longest =
        replies(ran).stream()
            .mapToLong(of -> of.replies().stream().mapToInt(Reply::promptTokens).max().orElse(0))
            .sum();
    long turns = ran.metrics().get(Metric.REPLIES);

    assertThat(turns).isGreaterThan(3L * SESSIONS.size() - 1);
    assertThat(ran.metrics().prefilledTokens())
        .as("the longest prompts, and of every other one what the template writes at its end")
        .isLessThan(longest + 16 * turns);
    assertThat(ran.metrics().get(Metric.PROMPT_TOKENS)).isGreaterThan(2 * longest);
  }

  @Test
  void aTurnWhosePromptIsTooLongHasNoReplyAndTheOthersHave() throws Exception {
    Session session = SESSIONS.get(0);
    List<Reply> all =
        replies(run(TaskKind.REPLAY, List.of(session), GREEDY, 4, MAX_MODEL_LEN)).get(0).replies();
    int fits = all.get(all.size() - 2).promptTokens() + GREEDY.maxTokens();
    Replies some = replies(run(TaskKind.REPLAY, List.of(session), GREEDY, 4, fits)).get(0);

    assertThat(some.replies().stream().map(ReplayTest::ids))
        .isEqualTo(all.subList(0, all.size() - 1).stream().map(ReplayTest::ids).toList());
    assertThat(some.unanswered())
        .singleElement()
        .satisfies(
            turn -> {
              assertThat(turn.turn()).isEqualTo(all.get(all.size() - 1).turn());
              assertThat(turn.code()).isEqualTo("prompt_too_long");
            });
  }

  @Test
  void aSessionWithoutAnyReplyIsRejectedForItsFirstTurn() throws Exception {
    Ran ran = run(TaskKind.REPLAY, SESSIONS.subList(0, 1), GREEDY, 4, GREEDY.maxTokens() + 2);

    assertThat(ran.results())
        .singleElement()
        .isInstanceOfSatisfying(
            TaskResult.Rejected.class,
            rejected -> assertThat(rejected.code().wireName()).isEqualTo("prompt_too_long"));
  }

  /** More turns than are asked at a time. */
  @Test
  void aLongSessionIsAnsweredPartByPart() throws Exception {
    Session one = SESSIONS.get(0);
    List<Message> messages = new ArrayList<>();
    while (messages.size() < 100) {
      String text = messages.size() % 2 == 0 ? "And " + messages.size() + "?" : "Yes.";
      messages.add(
          new Message(
              messages.size(),
              messages.size() % 2 == 0 ? Role.USER : Role.ASSISTANT,
              text,
              Optional.empty(),
              Optional.empty()));
    }
    Session session = new Session(one.key(), messages, Map.of());
    Replies replies =
        replies(run(TaskKind.REPLAY, List.of(session), GREEDY, 6, MAX_MODEL_LEN)).get(0);

    assertThat(replies.unanswered().stream().map(Unanswered::turn)).isEmpty();
    assertThat(replies.replies().stream().map(Reply::turn)).isEqualTo(session.userTurns());
  }
}
