package io.turnmill.job.infer;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.Engine;
import io.turnmill.engine.EngineConfig;
import io.turnmill.engine.FakeForwardPass;
import io.turnmill.engine.SamplingParams;
import io.turnmill.job.infer.ExecutorModels.Lease;
import io.turnmill.runtime.ModelParts;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecutorModelsTest {
  private static final AtomicInteger LOADED = new AtomicInteger();

  private final FakeTimer timer = new FakeTimer();
  private final ExecutorModels models = new ExecutorModels(timer);

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

  private record Loader(int seconds) implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return "kept for " + seconds;
    }

    @Override
    public ModelRuntime load() {
      LOADED.incrementAndGet();
      RuntimeOptions options =
          new RuntimeOptions(
              RuntimeOptions.Model.of("../samples/models/chat-mini"),
              RuntimeOptions.Budgets.OPEN,
              new RuntimeOptions.Prompts("", "", "", "", false, false, Instant.EPOCH),
              new SamplingParams(1, 0, 0, 1, 0, 0, Set.of()),
              false,
              List.of(),
              0);
      Engine engine = Engine.start(new FakeForwardPass(50, 2, 0.1), new EngineConfig(1, 8, 16));
      return ModelRuntime.of(ModelParts.open(options), options, engine, 1);
    }

    @Override
    public Duration keepAlive() {
      return Duration.ofSeconds(seconds);
    }
  }

  @BeforeEach
  void nothingWasLoaded() {
    LOADED.set(0);
  }

  @AfterEach
  void closeAll() {
    models.closeIdle();
  }

  @Test
  void aModelIsClosedWhenNoTaskHasUsedItForAsLongAsItIsKept() {
    Lease task = models.lease(new Loader(60));
    Engine engine = task.runtime().engine();
    timer.pass(1000);
    assertThat(engine.isAlive()).as("while a task has it").isTrue();
    task.close();
    timer.pass(59);
    assertThat(engine.isAlive()).isTrue();
    timer.pass(1);
    assertThat(engine.isAlive()).isFalse();

    try (Lease next = models.lease(new Loader(60))) {
      assertThat(next.runtime().engine().isAlive()).isTrue();
      assertThat(LOADED).hasValue(2);
    }
  }

  @Test
  void aTaskThatComesInTimeFindsTheModelAndTheTimeBeginsAnew() {
    Lease first = models.lease(new Loader(60));
    Engine engine = first.runtime().engine();
    first.close();
    timer.pass(50);
    Lease second = models.lease(new Loader(60));
    assertThat(second.runtime().engine()).isSameAs(engine);
    second.close();
    timer.pass(59);
    assertThat(engine.isAlive()).as("9 s behind the end of the first time").isTrue();
    timer.pass(1);
    assertThat(engine.isAlive()).isFalse();
    assertThat(LOADED).hasValue(1);
  }

  @Test
  void theLastTaskOutClosesWhatIsNotKept() {
    Lease one = models.lease(new Loader(0));
    Lease other = models.lease(new Loader(0));
    Engine engine = one.runtime().engine();
    one.close();
    one.close();
    assertThat(engine.isAlive()).as("another task has it").isTrue();
    other.close();
    assertThat(engine.isAlive()).isFalse();
    assertThat(timer.waiting).isEmpty();
  }

  @Test
  void theEndClosesWhatNobodyHasAndLaterTimersDoNoHarm() {
    Lease idle = models.lease(new Loader(60));
    Lease busy = models.lease(new Loader(61));
    idle.close();
    models.closeIdle();
    assertThat(idle.runtime().engine().isAlive()).isFalse();
    assertThat(busy.runtime().engine().isAlive()).isTrue();
    Lease again = models.lease(new Loader(60));
    timer.pass(60);
    assertThat(again.runtime().engine().isAlive()).as("another model than the timer's").isTrue();
    again.close();
    busy.close();
  }

  @Test
  void aModelWhoseEngineHasDiedGivesWayToANewOne() {
    Lease first = models.lease(new Loader(60));
    first.runtime().engine().close();
    Lease second = models.lease(new Loader(60));
    assertThat(second.runtime().engine().isAlive()).isTrue();
    assertThat(LOADED).hasValue(2);
    first.close();
    second.close();
  }
}
