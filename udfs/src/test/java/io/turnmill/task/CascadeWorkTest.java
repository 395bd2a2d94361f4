package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.inference.Backend;
import io.turnmill.inference.Encode;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.Route;
import io.turnmill.inference.TextRow;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.task.TaskResult.Failed;
import io.turnmill.task.TaskResult.Ok;
import io.turnmill.task.TaskResult.Rejected;
import io.turnmill.testing.FakeBackend;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whom a cascade asks, and whose result it takes. */
class CascadeWorkTest {
  private static final Outcome ANSWER =
      new Outcome.Failure(Outcome.FailureCode.ENGINE_ERROR, "not looked at");

  private final List<String> asked = new ArrayList<>();

  /** Asks one request of a model, whatever comes of it, and has this result then. */
  private static final class OneRequest<T> implements ItemWork<T, Replies> {
    private final T row;
    private final TaskResult<Replies> result;
    private final Request request = new Encode(new TextRow(TokenIds.of(1), TokenIds.of(0), 0), 0);
    private final boolean refusesAtOnce;
    private Optional<TaskResult<Replies>> fault = Optional.empty();
    private boolean answered;

    OneRequest(T row, TaskResult<Replies> result, boolean refusesAtOnce) {
      this.row = row;
      this.result = result;
      this.refusesAtOnce = refusesAtOnce;
    }

    @Override
    public List<Request> next() {
      return answered || refusesAtOnce ? List.of() : List.of(request);
    }

    @Override
    public void accept(Request of, Outcome outcome) {
      assertThat(of).isSameAs(request);
      answered = true;
    }

    @Override
    public boolean fail(Throwable thrown) {
      fault = Optional.of(new Failed<>(TaskFailureCode.INTERNAL_ERROR, "it threw"));
      return true;
    }

    @Override
    public boolean done() {
      return answered || refusesAtOnce || fault.isPresent();
    }

    @Override
    public T row() {
      return row;
    }

    @Override
    public TaskResult<Replies> result() {
      return fault.orElse(result);
    }
  }

  /** The same, after it has yielded once. */
  private static final class YieldingOnce implements ItemWork<String, Replies> {
    private final ItemWork<String, Replies> work;
    private int calls;

    YieldingOnce(ItemWork<String, Replies> work) {
      this.work = work;
    }

    @Override
    public List<Request> next() {
      return ++calls == 1 ? List.of() : work.next();
    }

    @Override
    public boolean hasYielded() {
      return calls == 1;
    }

    @Override
    public void accept(Request of, Outcome outcome) {
      work.accept(of, outcome);
    }

    @Override
    public boolean fail(Throwable thrown) {
      return work.fail(thrown);
    }

    @Override
    public boolean done() {
      return work.done();
    }

    @Override
    public String row() {
      return work.row();
    }

    @Override
    public TaskResult<Replies> result() {
      return work.result();
    }
  }

  private record Fixed(String name, TaskResult<Replies> result, boolean refusesAtOnce)
      implements Task<String, Replies> {
    Fixed(TaskResult<Replies> result, boolean refusesAtOnce) {
      this("replay", result, refusesAtOnce);
    }

    @Override
    public String scope() {
      return "fixed";
    }

    @Override
    public <T> ItemWork<T, Replies> begin(T row, Function<? super T, ? extends String> itemOf) {
      return new OneRequest<>(row, result, refusesAtOnce);
    }
  }

  private static TaskResult<Replies> sure(double... confidences) {
    List<Reply> replies = new ArrayList<>();
    for (double confidence : confidences) {
      replies.add(
          new Reply(
              replies.size(),
              0,
              "text",
              Optional.empty(),
              "stop",
              Optional.empty(),
              3,
              0,
              2,
              Math.log(confidence),
              0,
              List.of()));
    }
    return new Ok<>(new Replies(replies, List.of()));
  }

  private ItemWork<String, Cascaded<Replies>> begin(
      TaskResult<Replies> first, TaskResult<Replies> second) {
    return new CascadeTask<>(new Fixed(first, false), new Fixed(second, false), 0.5)
        .begin("row", row -> row);
  }

  /** As a feed would, answers every request; notes which model it went to. */
  private TaskResult<Cascaded<Replies>> run(ItemWork<String, Cascaded<Replies>> work) {
    for (List<Request> next = work.next(); !next.isEmpty(); next = work.next()) {
      for (Request request : next) {
        asked.add(request.model());
        work.accept(request, ANSWER);
      }
    }
    assertThat(work.done()).isTrue();
    assertThat(work.row()).isEqualTo("row");
    return work.result();
  }

  private static Cascaded<Replies> value(TaskResult<Cascaded<Replies>> result) {
    return ((Ok<Cascaded<Replies>>) result).value();
  }

  @Test
  void theSecondModelIsNotAskedWhereTheFirstOneIsSureOfEveryReply() {
    Cascaded<Replies> result = value(run(begin(sure(0.9, 0.5), sure(0.99))));
    assertThat(asked).containsExactly(Request.ONLY_MODEL);
    assertThat(result.bySecond()).isFalse();
    assertThat(result.escalated()).isFalse();
    assertThat(result.certainty().getAsDouble()).isCloseTo(0.5, within(1e-9));
    assertThat(result.unused()).isEmpty();
  }

  @Test
  void itIsAskedWhereTheFirstOneIsUnsureOfOneReplyAndItsResultCounts() {
    TaskResult<Replies> first = sure(0.9, 0.4);
    TaskResult<Replies> second = sure(0.1, 0.2);
    Cascaded<Replies> result = value(run(begin(first, second)));
    assertThat(asked).containsExactly(Request.ONLY_MODEL, CascadeTask.SECOND);
    assertThat(result.bySecond()).isTrue();
    assertThat(result.value()).isEqualTo(((Ok<Replies>) second).value());
    assertThat(result.unused()).contains(((Ok<Replies>) first).value());
  }

  @Test
  void itIsAskedWhereTheFirstOneHasNoResultOrNotForEveryTurn() {
    TaskResult<Replies> failed = new Failed<>(TaskFailureCode.OUT_OF_MEMORY, "none left");
    Cascaded<Replies> result = value(run(begin(failed, sure(0.1))));
    assertThat(result.bySecond()).isTrue();
    assertThat(result.certainty()).isEqualTo(OptionalDouble.empty());

    Replies partial =
        new Replies(
            ((Ok<Replies>) sure(0.9)).value().replies(),
            List.of(new Unanswered(4, "prompt_too_long", "", Optional.empty())));
    assertThat(value(run(begin(new Ok<>(partial), sure(0.1)))).bySecond()).isTrue();
  }

  @Test
  void aSecondModelThatHasNoResultLeavesThatOfTheFirst() {
    TaskResult<Replies> failed = new Failed<>(TaskFailureCode.OUT_OF_MEMORY, "none left");
    Cascaded<Replies> result = value(run(begin(sure(0.2), failed)));
    assertThat(result.bySecond()).isFalse();
    assertThat(result.escalated()).isTrue();
  }

  @Test
  void whereNeitherHasAResultThatOfTheSecondSaysWhy() {
    TaskResult<Replies> failed = new Failed<>(TaskFailureCode.OUT_OF_MEMORY, "none left");
    TaskResult<Replies> rejected = new Rejected<>(RejectionCode.PROMPT_TOO_LONG, "9 tokens");
    assertThat(run(begin(failed, rejected))).isEqualTo(rejected);
    assertThat(run(begin(rejected, failed))).isEqualTo(failed);
  }

  @Test
  void aFirstModelThatRefusesWithoutBeingAskedIsFollowedByTheSecondAtOnce() {
    TaskResult<Replies> rejected = new Rejected<>(RejectionCode.PROMPT_TOO_LONG, "9 tokens");
    ItemWork<String, Cascaded<Replies>> work =
        new CascadeTask<>(new Fixed(rejected, true), new Fixed(sure(0.3), false), 0.5)
            .begin("row", row -> row);
    assertThat(value(run(work)).bySecond()).isTrue();
    assertThat(asked).containsExactly(CascadeTask.SECOND);
  }

  @Test
  void whatIsThrownDuringTheFirstModelsWorkFailsTheItemAndDuringTheSecondOnesItDoesNot() {
    ItemWork<String, Cascaded<Replies>> first = begin(sure(0.9), sure(0.9));
    first.next();
    assertThat(first.fail(new IllegalStateException("thrown"))).isTrue();
    assertThat(first.done()).isTrue();
    assertThat(first.result()).isInstanceOf(Failed.class);

    ItemWork<String, Cascaded<Replies>> second = begin(sure(0.2), sure(0.9));
    second.accept(second.next().get(0), ANSWER);
    second.next();
    assertThat(second.fail(new IllegalStateException("thrown"))).isTrue();
    assertThat(second.done()).isTrue();
    assertThat(value(second.result()).bySecond()).isFalse();
  }

  @Test
  void aFeedCallsTheWorkOfEitherModelAgainAfterItHasYielded() throws InterruptedException {
    Backend backend = FakeBackend.answering(request -> ANSWER);
    CascadeWork<String, Replies> work =
        new CascadeWork<>(
            new YieldingOnce(new OneRequest<>("row", sure(0.2), false)),
            () -> new YieldingOnce(new OneRequest<>("row", sure(0.9), false)),
            0.5,
            true);
    List<Route> routes = List.of(Route.only(backend, 2), new Route(CascadeTask.SECOND, backend, 2));
    try (Feed<CascadeWork<String, Replies>> feed = Feed.open(routes, Optional.empty())) {
      feed.submit(work);
      assertThat(feed.take()).isSameAs(work);
    }
    assertThat(value(work.result()).bySecond()).isTrue();
  }

  private static Replies replies(TaskResult<Replies> of, Unanswered... unanswered) {
    return new Replies(((Ok<Replies>) of).value().replies(), List.of(unanswered));
  }

  @Test
  void aTurnThatTheSecondModelCouldNotAnswerKeepsTheFirstOnesReply() {
    Replies first = replies(sure(0.2, 0.3, 0.4));
    Unanswered one = new Unanswered(1, "prompt_too_long", "", Optional.empty());
    Unanswered three = new Unanswered(3, "prompt_too_long", "", Optional.empty());
    List<Reply> answered = replies(sure(0.7, 0.8, 0.9)).replies();
    Replies second = new Replies(List.of(answered.get(0), answered.get(2)), List.of(one, three));

    Cascaded<Replies> result = value(run(begin(new Ok<>(first), new Ok<>(second))));

    assertThat(result.bySecond()).isTrue();
    assertThat(result.value().replies())
        .containsExactly(answered.get(0), first.replies().get(1), answered.get(2));
    assertThat(result.value().unanswered()).as("neither has a reply").containsExactly(three);
    assertThat(result.unused().orElseThrow().replies())
        .containsExactly(first.replies().get(0), first.replies().get(2));
  }

  @Test
  void aDialogueWithTheSecondModelHasNoReplyOfTheFirst() {
    TaskResult<Replies> first = sure(0.2, 0.3);
    Unanswered one = new Unanswered(1, "prompt_too_long", "", Optional.empty());
    TaskResult<Replies> second = new Ok<>(replies(sure(0.9), one));
    ItemWork<String, Cascaded<Replies>> work =
        new CascadeTask<>(
                new Fixed("rollout", first, false), new Fixed("rollout", second, false), 0.5)
            .begin("row", row -> row);

    assertThat(value(run(work)).value()).isSameAs(((Ok<Replies>) second).value());
  }

  private static Classification label(int turn, String label) {
    return Classification.of(
        OptionalInt.of(turn),
        Classification.Scored.of(List.of(label), new double[] {0.3}, true),
        new TaskOptions.Choice(false, 0.5, 0, 0),
        new Classification.Work(1, 0, 1, 0, 0));
  }

  @Test
  void aTurnThatTheSecondModelCouldNotLabelKeepsTheFirstOnesLabel() {
    Unanswered zero = new Unanswered(0, "prompt_too_long", "", Optional.empty());
    FilledResult<Answers<Classification>> filled =
        FilledResult.of(
            new Answers<>(List.of(label(2, "second")), List.of(zero)),
            new Answers<>(List.of(label(0, "first"), label(2, "first")), List.of()));
    assertThat(filled.value())
        .isEqualTo(new Answers<>(List.of(label(0, "first"), label(2, "second")), List.of()));
    assertThat(filled.unused().answers()).containsExactly(label(2, "first"));
  }
}
