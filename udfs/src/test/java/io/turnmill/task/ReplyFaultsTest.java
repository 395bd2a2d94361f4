package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.Request;
import io.turnmill.inference.SamplingParams;
import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptOptions;
import io.turnmill.prompt.SpecialTokens;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whatever is thrown on a session's way to its reply is its result. */
class ReplyFaultsTest {
  private static final String TEMPLATE = "{{ strftime_now('%Y') }}: {{ messages[0].content }}";

  private static Throwable none() {
    return null;
  }

  /** Throws in one of its methods. */
  private record Faulty(Supplier<? extends Throwable> encode, Supplier<? extends Throwable> decode)
      implements Tokenizer {

    @Override
    public TokenIds encode(String text) {
      raise(encode.get());
      return TokenIds.of(text.chars().toArray());
    }

    @Override
    public TokenIds encode(String text, List<PlacedToken> special) {
      return encode(text);
    }

    @Override
    public String decode(TokenIds ids) {
      raise(decode.get());
      return "a reply";
    }

    @Override
    public List<AddedToken> addedTokens() {
      return List.of();
    }

    @Override
    public int vocabSize() {
      return 1 << 16;
    }

    @Override
    public int modelVocabSize() {
      return vocabSize();
    }

    @Override
    public void close() {}
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    if (thrown != null) {
      throw (T) thrown;
    }
  }

  /** Throws when a template asks for the time. */
  private static final class Faultily extends Clock {
    private final Supplier<? extends Throwable> fault;

    Faultily(Supplier<? extends Throwable> fault) {
      this.fault = fault;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      ReplyFaultsTest.<RuntimeException>raise(fault.get());
      return Instant.EPOCH;
    }
  }

  private static ReplyTask task(Clock clock, Tokenizer tokenizer) {
    PromptOptions options =
        new PromptOptions(Optional.empty(), Map.of(), true, false, 1 << 16, 100);
    PromptBuilder prompts =
        new PromptBuilder(
            ChatTemplate.parse(TEMPLATE, SpecialTokens.NONE), tokenizer, options, clock);
    SamplingParams sampling = SamplingParams.greedy(5);
    return new ReplyTask(
        TaskKind.REPLY, prompts, tokenizer, sampling, new ReplyTask.Ends(Set.of(), List.of()), 0);
  }

  private static Session session(String text) {
    Message message = new Message(0, Role.USER, text, Optional.empty(), Optional.empty());
    return new Session(new SessionKey(Optional.empty(), text), List.of(message), Map.of());
  }

  private static TaskResult<Replies> failed(TaskFailureCode code, String detail) {
    return new TaskResult.Failed<>(code, detail);
  }

  /** Without what was thrown. */
  private static TaskResult<Replies> result(ItemWork<String, Replies> work) {
    assertThat(work.next()).isEmpty();
    assertThat(work.done()).isTrue();
    TaskResult.Failed<Replies> failed = (TaskResult.Failed<Replies>) work.result();
    assertThat(failed.fault()).isPresent();
    assertThat(failed.toString()).doesNotContain("secret");
    return new TaskResult.Failed<>(failed.code(), failed.detail());
  }

  @Test
  void aSessionThatCannotBeReadHasFailedAndAsksNothing() {
    ReplyTask task =
        task(Clock.systemUTC(), new Faulty(ReplyFaultsTest::none, ReplyFaultsTest::none));
    ItemWork<String, Replies> work =
        task.begin(
            "row",
            row -> {
              throw new IllegalArgumentException("secret");
            });

    assertThat(work.next()).isEmpty();
    assertThat(work.row()).isEqualTo("row");
    assertThat(result(work))
        .isEqualTo(
            failed(TaskFailureCode.INTERNAL_ERROR, "begin: java.lang.IllegalArgumentException"));
  }

  @Test
  void templateAndTokenizerAreToldApart() {
    Clock broken = new Faultily(() -> new ClassCastException("secret"));
    assertThat(
            result(
                task(broken, new Faulty(ReplyFaultsTest::none, ReplyFaultsTest::none))
                    .begin("a", t -> session(t))))
        .isEqualTo(failed(TaskFailureCode.INTERNAL_ERROR, "render: java.lang.ClassCastException"));

    Tokenizer endless = new Faulty(StackOverflowError::new, ReplyFaultsTest::none);
    assertThat(result(task(Clock.systemUTC(), endless).begin("a", t -> session(t))))
        .isEqualTo(
            failed(TaskFailureCode.INTERNAL_ERROR, "tokenize: java.lang.StackOverflowError"));
  }

  @Test
  void aFaultOfOurOwnHasItsCode() {
    Tokenizer bug =
        new Faulty(() -> new IllegalStateException("odd. This is a bug."), ReplyFaultsTest::none);
    assertThat(result(task(Clock.systemUTC(), bug).begin("a", t -> session(t))))
        .isEqualTo(failed(TaskFailureCode.BUG, "tokenize: java.lang.IllegalStateException"));
  }

  @Test
  void aFullHeapIsNotTheSessions() {
    Error full = new OutOfMemoryError();
    ReplyTask task = task(Clock.systemUTC(), new Faulty(() -> full, ReplyFaultsTest::none));
    ItemWork<String, Replies> work = task.begin("a", t -> session(t));
    assertThatThrownBy(work::next).isSameAs(full);
  }

  @Test
  void aReplyThatCannotBeDecodedFailsWithTheStep() {
    Tokenizer broken =
        new Faulty(ReplyFaultsTest::none, () -> new IndexOutOfBoundsException("secret"));
    ItemWork<String, Replies> work =
        task(Clock.systemUTC(), broken).begin("a", text -> session(text));
    Request request = work.next().get(0);

    work.accept(request, reply());
    assertThat(result(work))
        .isEqualTo(
            failed(TaskFailureCode.INTERNAL_ERROR, "decode: java.lang.IndexOutOfBoundsException"));
  }

  @Test
  void aStopCheckThatThrewIsABugOrAnErrorOfTheEngine() {
    assertThat(afterStopCheck(new IllegalStateException("odd. This is a bug.")))
        .isEqualTo(failed(TaskFailureCode.BUG, "decode: java.lang.IllegalStateException"));
    assertThat(afterStopCheck(new IllegalStateException("secret")))
        .isEqualTo(failed(TaskFailureCode.ENGINE_ERROR, "the stop check threw"));
  }

  private static TaskResult<?> afterStopCheck(Throwable thrown) {
    ItemWork<String, Replies> work =
        task(Clock.systemUTC(), new Faulty(ReplyFaultsTest::none, ReplyFaultsTest::none))
            .begin("a", text -> session(text));
    Outcome outcome =
        new Outcome.Failure(
            Outcome.FailureCode.ENGINE_ERROR, "the stop check threw", Optional.of(thrown));
    work.accept(work.next().get(0), outcome);
    return result(work);
  }

  private static Completion reply() {
    return new Completion(TokenIds.of(1), FinishReason.LENGTH, -1, 3, 0, 1, -0.5, List.of());
  }
}
