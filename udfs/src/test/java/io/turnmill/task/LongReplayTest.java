package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.SamplingParams;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.testing.FakeBackend;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sessions whose prompts are far more text than the thread of a feed makes in one go. */
class LongReplayTest {
  private static final int TURNS = 2_000;
  private static final int MAX_PROMPT_TOKENS = 24;
  private static final String TEMPLATE =
      "{% for message in messages %}{{ message.content }}{% endfor %}";

  private final Letters letters = new Letters();

  private ReplyTask replay() {
    return new ReplyTask(
        TaskKind.REPLAY,
        letters.prompts(TEMPLATE, false, MAX_PROMPT_TOKENS, PromptFrame.NONE),
        letters,
        SamplingParams.greedy(3),
        new ReplyTask.Ends(Set.of(), List.of()),
        0);
  }

  private static Session session(String id, int turns, String text) {
    List<Message> messages =
        IntStream.range(0, turns).mapToObj(turn -> Message.of(turn, Role.USER, text)).toList();
    return new Session(new SessionKey(Optional.empty(), id), messages, Map.of());
  }

  /** Answers at once, so that only the work decides how long it takes. */
  private static Backend backend() {
    return FakeBackend.answering(
        request -> new Completion(TokenIds.of(1), FinishReason.LENGTH, -1, 1, 0, 1, -1, List.of()));
  }

  @Test
  void aCallMakesABoundedAmountOfPromptsAndYields() {
    String text = "x".repeat(MAX_PROMPT_TOKENS + 1);
    ItemWork<String, Replies> work = replay().begin("long", id -> session(id, TURNS, text));
    long longest = (long) TURNS * text.length();
    int calls = 0;
    while (!work.done()) {
      long before = letters.made();
      assertThat(work.next()).isEmpty();
      assertThat(letters.made() - before).isLessThan(AtOnce.LIMIT_CHARS + longest);
      assertThat(work.hasYielded()).isEqualTo(!work.done());
      calls++;
    }

    assertThat(calls).isGreaterThan(10);
    assertThat(work.result())
        .isInstanceOfSatisfying(
            TaskResult.Rejected.class,
            rejected -> assertThat(rejected.code()).isEqualTo(RejectionCode.PROMPT_TOO_LONG));
  }

  @Test
  void shortMessagesCountForMoreThanTheirText() {
    ItemWork<String, Replies> work = replay().begin("short", id -> session(id, TURNS, "x"));
    int calls = 0;
    while (work.next().isEmpty()) {
      assertThat(work.hasYielded()).isTrue();
      calls++;
    }

    assertThat(calls).isGreaterThan(10);
  }

  @Test
  void otherSessionsComeOutWhileItsPromptsAreMade() throws InterruptedException {
    ReplyTask task = replay();
    String text = "x".repeat(MAX_PROMPT_TOKENS + 1);
    ItemWork<String, Replies> hostile = task.begin("long", id -> session(id, TURNS, text));
    ItemWork<String, Replies> usual = task.begin("usual", id -> session(id, 2, "x"));
    try (Feed<ItemWork<String, Replies>> feed = backend().open(8)) {
      feed.submit(hostile);
      feed.submit(usual);

      assertThat(feed.take()).isSameAs(usual);
      assertThat(hostile.done()).isFalse();
      assertThat(feed.take()).isSameAs(hostile);
    }
    assertThat(((TaskResult.Ok<Replies>) usual.result()).value().replies()).hasSize(2);
  }

  @Test
  void turnsThatFitHaveTheirRepliesAfterThoseThatDoNot() throws InterruptedException {
    ItemWork<String, Replies> work = replay().begin("mixed", id -> session(id, TURNS, "x"));
    try (Feed<ItemWork<String, Replies>> feed = backend().open(8)) {
      feed.submit(work);
      assertThat(feed.take()).isSameAs(work);
    }
    Replies replies = ((TaskResult.Ok<Replies>) work.result()).value();

    assertThat(replies.replies().stream().map(Reply::turn))
        .containsExactlyElementsOf(IntStream.range(0, MAX_PROMPT_TOKENS).boxed().toList());
    assertThat(replies.unanswered()).hasSize(TURNS - MAX_PROMPT_TOKENS);
  }
}
