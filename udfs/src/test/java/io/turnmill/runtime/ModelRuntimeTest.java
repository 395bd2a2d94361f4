package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.turnmill.inference.SamplingParams;
import io.turnmill.model.ModelException;
import io.turnmill.runtime.RuntimeOptions.Budgets;
import io.turnmill.runtime.RuntimeOptions.Tuning;
import io.turnmill.testing.TestDevice;
import java.util.AbstractList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelRuntimeTest {

  @Test
  void aCacheWithoutRoomKeepsTheModelOutWithAMessageForTheUser() {
    RuntimeOptions options = options(new Budgets(1, 1 << 30, 0, 0, 0, Tuning.DEFAULTS));
    assertThatThrownBy(() -> ModelRuntime.load(options))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(
            "No room for a key-value cache of 1073741824 sequences of 2048 tokens (")
        .hasMessageEndingWith(" MB). Set engine.max_num_seqs or engine.max_model_len lower.");
  }

  @Test
  void aShareOfTheMemoryThatHoldsNoSequenceIsRefusedBeforeAnythingRuns() {
    RuntimeOptions options =
        options(new Budgets(1, 0, 0, 0, 0, new Tuning(0.9, 0.0001, 0, true, 0)));
    assertThatThrownBy(() -> ModelRuntime.load(options))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("(engine.cpu_memory_utilization = 1.0E-4 of ")
        .hasMessageStartingWith("There is no room for even one sequence of 2048 tokens: it needs ");
  }

  @Test
  void aTaskThatCannotBeMadeLeavesNoEngineBehind() {
    List<String> broken =
        new AbstractList<>() {
          @Override
          public String get(int index) {
            throw new IllegalStateException("no such text");
          }

          @Override
          public int size() {
            return 1;
          }
        };
    RuntimeOptions open = options(new Budgets(1, 2, 64, 128, 0, Tuning.DEFAULTS));
    RuntimeOptions options =
        new RuntimeOptions(
            open.model(), open.budgets(), open.prompts(), open.sampling(), false, broken, 0);
    long before = engines();
    assertThatThrownBy(() -> ModelRuntime.load(options)).hasMessage("no such text");
    assertThat(engines()).isEqualTo(before);
  }

  private static long engines() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("turnmill-engine"))
        .count();
  }

  @Test
  void whatWasChosenIsSaid() {
    try (ModelRuntime runtime =
        ModelRuntime.load(options(new Budgets(1, 3, 96, 256, 0, Tuning.DEFAULTS)))) {
      assertThat(runtime.sizes())
          .isEqualTo("3 sequences of up to 256 tokens at once, 96 tokens in a pass: as it was set");
      assertThat(runtime.window()).isEqualTo(6);
    }
  }

  @Test
  void theMemoryOfAGpuDecidesWhereNothingIsSet() {
    assumeFalse(TestDevice.IS_CPU);
    try (ModelRuntime runtime =
        ModelRuntime.load(
            options(new Budgets(1, 0, 0, 0, 0, Tuning.DEFAULTS)).withDevice(TestDevice.NAME))) {
      assertThat(runtime.sizes())
          .startsWith("256 sequences of up to 2,048 tokens at once, 8,192 tokens in a pass: ")
          .contains("free on " + TestDevice.NAME + " of ")
          .endsWith("; attention of rows of any length");
    }
  }

  private static RuntimeOptions options(Budgets budgets) {
    return new RuntimeOptions(
        RuntimeOptions.Model.of("../samples/models/chat-mini"),
        budgets,
        RuntimeOptions.Prompts.PLAIN,
        SamplingParams.greedy(8),
        false,
        List.of(),
        0);
  }
}
