package io.turnmill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.inference.Outcome.Vector;
import io.turnmill.testing.FakeBackend;
import io.turnmill.testing.FakeBackend.Added;
import io.turnmill.token.TokenIds;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Works that need several calls before they can make their next requests. */
class YieldingWorkTest {
  private final FakeBackend backend = FakeBackend.silent();

  /** Returns these lists of requests, one at each call of {@code next}, and yields in between. */
  private static final class Stepwise implements Work {
    private final Deque<List<Request>> steps;
    private int calls;
    private int underWay;

    private Stepwise(List<List<Request>> steps) {
      this.steps = new ArrayDeque<>(steps);
    }

    @Override
    public List<Request> next() {
      calls++;
      List<Request> now = steps.isEmpty() ? List.of() : steps.remove();
      underWay += now.size();
      return now;
    }

    @Override
    public boolean hasYielded() {
      return !steps.isEmpty();
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      underWay--;
    }

    @Override
    public boolean done() {
      return steps.isEmpty() && underWay == 0;
    }
  }

  private static Encode text() {
    return new Encode(new TextRow(TokenIds.of(1), TokenIds.of(0), 0), 0);
  }

  private void answer(Added added) {
    backend.mailbox().deliver(added.request(), new Vector(new float[1], 0));
  }

  @Test
  void aWorkThatYieldsIsCalledAgainAndOthersComeOutMeanwhile() {
    try (Feed<Stepwise> feed = backend.open(10)) {
      Stepwise slow = new Stepwise(List.of(List.of(), List.of(), List.of(), List.of()));
      Stepwise quick = new Stepwise(List.of(List.of()));
      feed.submit(slow);
      feed.submit(quick);
      assertThat(slow.calls).isOne();

      assertThat(feed.poll()).containsSame(quick);
      assertThat(slow.calls).isEqualTo(2);
      assertThat(feed.poll()).isEmpty();
      assertThat(feed.poll()).containsSame(slow);
      assertThat(slow.calls).isEqualTo(4);
      assertThat(feed.size()).isZero();
    }
  }

  @Test
  void onePollLetsOneOfThemContinueInTurn() {
    try (Feed<Stepwise> feed = backend.open(10)) {
      Stepwise one = new Stepwise(List.of(List.of(), List.of(), List.of()));
      Stepwise other = new Stepwise(List.of(List.of(), List.of(), List.of()));
      feed.submit(one);
      feed.submit(other);

      assertThat(feed.poll()).isEmpty();
      assertThat(List.of(one.calls, other.calls)).containsExactly(2, 1);
      assertThat(feed.poll()).isEmpty();
      assertThat(List.of(one.calls, other.calls)).containsExactly(2, 2);
      assertThat(feed.poll()).containsSame(one);
      assertThat(feed.poll()).containsSame(other);
    }
  }

  @Test
  void itWeighsOneUntilItAsks() {
    try (Feed<Stepwise> feed = backend.open(2)) {
      feed.submit(new Stepwise(List.of(List.of(), List.of(text(), text()))));
      assertThat(feed.hasRoom()).isTrue();
      assertThat(feed.poll()).isEmpty();
      assertThat(feed.hasRoom()).isFalse();
    }
  }

  @Test
  void aThreadDoesNotWaitForAnswersWhileAWorkCanContinue() throws InterruptedException {
    try (Feed<Stepwise> feed = backend.open(10)) {
      Stepwise work = new Stepwise(List.of(List.of(), List.of(), List.of(), List.of(), List.of()));
      feed.submit(work);
      assertThat(feed.take(Duration.ofDays(1))).as("may look at other things").isEmpty();
      assertThat(feed.take()).isSameAs(work);
    }
  }

  @Test
  void requestsAfterAYieldAreFollowUpsOnlyOfRequests() {
    try (Feed<Stepwise> feed = backend.open(10)) {
      Encode first = text();
      Encode second = text();
      Stepwise work = new Stepwise(List.of(List.of(), List.of(first), List.of(second)));
      feed.submit(work);
      assertThat(feed.poll()).isEmpty();
      List<Added> asked = backend.take();
      assertThat(asked).containsExactly(new Added(first, false, false));
      assertThat(feed.poll()).as("the first one is not answered yet").isEmpty();
      List<Added> askedNext = backend.take();
      assertThat(askedNext).containsExactly(new Added(second, true, false));

      answer(asked.get(0));
      assertThat(feed.poll()).isEmpty();
      answer(askedNext.get(0));
      assertThat(feed.poll()).containsSame(work);
      assertThat(feed.size()).isZero();
    }
  }

  @Test
  void anAnswerLetsItContinueTooAndItComesOutOnce() {
    try (Feed<Stepwise> feed = backend.open(10)) {
      Stepwise work = new Stepwise(List.of(List.of(text()), List.of()));
      feed.submit(work);
      feed.flush();
      answer(backend.take().get(0));

      assertThat(feed.poll()).containsSame(work);
      assertThat(feed.size()).isZero();
      assertThat(feed.poll()).isEmpty();
    }
  }

  @Test
  void aFeedThatIsClosedEndsTheThreadThatTakes() {
    Feed<Stepwise> feed = backend.open(10);
    feed.submit(new Stepwise(List.of(List.of(), List.of(), List.of(), List.of())));
    feed.close();

    assertThatThrownBy(feed::take)
        .isInstanceOf(BackendException.class)
        .hasMessage("the feed is closed");
  }

  @Test
  void anInterruptIsSeenThoughNothingIsAwaited() throws InterruptedException {
    try (Feed<Stepwise> feed = backend.open(10)) {
      Stepwise work = new Stepwise(List.of(List.of(), List.of(), List.of(), List.of()));
      feed.submit(work);
      Thread.currentThread().interrupt();
      assertThatThrownBy(feed::take).isInstanceOf(InterruptedException.class);
      assertThat(feed.take()).isSameAs(work);
    }
  }
}
