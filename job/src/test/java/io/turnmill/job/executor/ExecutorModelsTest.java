package io.turnmill.job.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Backend;
import io.turnmill.inference.SamplingParams;
import io.turnmill.job.executor.ExecutorModels.Lease;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecutorModelsTest {
  private final FakeTimer timer = new FakeTimer();
  private final ExecutorModels models = new ExecutorModels(timer, Duration.ofSeconds(60));

  /** Time goes on when the test says so. */
  private static final class FakeTimer implements ExecutorModels.Timer {
    private final List<Due> waiting = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private record Due(Duration at, Runnable action) {}

    @Override
    public void after(Duration delay, Runnable action) {
      waiting.add(new Due(now.plus(delay), action));
    }

    void pass(int seconds) {
      now = now.plusSeconds(seconds);
      List<Due> due = waiting.stream().filter(each -> each.at().compareTo(now) <= 0).toList();
      waiting.removeAll(due);
      due.forEach(each -> each.action().run());
    }
  }

  @BeforeEach
  void nothingWasLoaded() {
    CountedLoader.reset();
  }

  @AfterEach
  void closeAll() {
    models.closeIdle();
  }

  @Test
  void aModelIsClosedWhenNoTaskHasUsedItForAsLongAsItIsKept() {
    Lease task = models.lease(new CountedLoader(60));
    Backend engine = task.runtime().backend();
    timer.pass(1000);
    assertThat(engine.isAlive()).as("while a task has it").isTrue();
    task.close();
    timer.pass(59);
    assertThat(engine.isAlive()).isTrue();
    timer.pass(1);
    assertThat(engine.isAlive()).isFalse();

    try (Lease next = models.lease(new CountedLoader(60))) {
      assertThat(next.runtime().backend().isAlive()).isTrue();
      assertThat(CountedLoader.LOADED).hasValue(2);
    }
  }

  @Test
  void aTaskThatComesInTimeFindsTheModelAndTheTimeBeginsAnew() {
    Lease first = models.lease(new CountedLoader(60));
    Backend engine = first.runtime().backend();
    first.close();
    timer.pass(50);
    Lease second = models.lease(new CountedLoader(60));
    assertThat(second.runtime().backend()).isSameAs(engine);
    second.close();
    timer.pass(59);
    assertThat(engine.isAlive()).as("9 s behind the end of the first time").isTrue();
    timer.pass(1);
    assertThat(engine.isAlive()).isFalse();
    assertThat(CountedLoader.LOADED).hasValue(1);
  }

  @Test
  void theLastTaskOutClosesWhatIsNotKept() {
    Lease one = models.lease(new CountedLoader(0));
    Lease other = models.lease(new CountedLoader(0));
    Backend engine = one.runtime().backend();
    one.close();
    one.close();
    assertThat(engine.isAlive()).as("another task has it").isTrue();
    other.close();
    assertThat(engine.isAlive()).isFalse();
    assertThat(timer.waiting).isEmpty();
  }

  @Test
  void theEndClosesWhatNobodyHasAndLaterTimersDoNoHarm() {
    Lease idle = models.lease(new CountedLoader(60));
    Lease busy = models.lease(new CountedLoader(61));
    idle.close();
    models.closeIdle();
    assertThat(idle.runtime().backend().isAlive()).isFalse();
    assertThat(busy.runtime().backend().isAlive()).isTrue();
    Lease again = models.lease(new CountedLoader(60));
    timer.pass(60);
    assertThat(again.runtime().backend().isAlive()).as("another model than the timer's").isTrue();
    again.close();
    busy.close();
  }

  @Test
  void aModelWhoseEngineHasDiedGivesWayToANewOne() {
    Lease first = models.lease(new CountedLoader(60));
    first.runtime().backend().close();
    Lease second = models.lease(new CountedLoader(60));
    assertThat(second.runtime().backend().isAlive()).isTrue();
    assertThat(CountedLoader.LOADED).hasValue(2);
    first.close();
    second.close();
  }

  @Test
  void aModelThatReplacesOthersClosesThoseThatNoTaskHas() {
    Lease idle = models.lease(new CountedLoader(60));
    Lease busy = models.lease(new CountedLoader(61));
    idle.close();
    Lease next = models.lease(new ReplacingLoader(new CountedLoader(62)));
    assertThat(idle.runtime().backend().isAlive()).isFalse();
    assertThat(busy.runtime().backend().isAlive()).isTrue();
    busy.close();
    next.close();
  }

  /** A model that can share the engine of a {@link CountedLoader}, under another name. */
  private record Sharing(String identity) implements ModelLoader {
    private static final long serialVersionUID = 1L;
    private static final RuntimeOptions OPTIONS =
        RuntimeOptions.of(
            RuntimeOptions.Model.of("../samples/models/chat-mini"), SamplingParams.greedy(1));

    @Override
    public String engineIdentity() {
      return "one engine";
    }

    @Override
    public ModelRuntime load() {
      return new CountedLoader(60).load();
    }

    @Override
    public ModelRuntime sharing(ModelRuntime loaded) {
      return loaded.sharing(OPTIONS);
    }
  }

  @Test
  void modelsThatShareAnEngineLoadItOnceAndItStaysUntilNoTaskHasAnyOfThem() {
    Lease one = models.lease(new Sharing("one"));
    Lease other = models.lease(new Sharing("other"));
    Lease again = models.lease(new Sharing("other"));
    assertThat(CountedLoader.LOADED).hasValue(1);
    assertThat(other.runtime()).isNotSameAs(one.runtime()).isSameAs(again.runtime());
    Backend engine = one.runtime().backend();
    assertThat(other.runtime().backend()).isSameAs(engine);
    one.close();
    again.close();
    timer.pass(1000);
    assertThat(engine.isAlive()).as("while a task has one of them").isTrue();
    other.close();
    timer.pass(60);
    assertThat(engine.isAlive()).isFalse();
  }
}
