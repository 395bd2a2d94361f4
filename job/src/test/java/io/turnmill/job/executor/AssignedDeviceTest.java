package io.turnmill.job.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.model.ModelException;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class AssignedDeviceTest {
  private static final Map<String, ResourceInformation> NONE = Map.of();

  private static Map<String, ResourceInformation> gpu(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }

  @Test
  void autoTakesTheGpuThatSparkAssigned() {
    assertThat(AssignedDevice.of("auto", gpu("3"), false, () -> 4)).isEqualTo("cuda:3");
    assertThat(AssignedDevice.of("auto", gpu("1", "0"), false, () -> 4)).isEqualTo("cuda:1");
  }

  @Test
  void autoTakesTheCpuWhereNoneWasAssigned() {
    assertThat(AssignedDevice.of("auto", NONE, false, () -> 4)).isEqualTo("cpu");
    assertThat(AssignedDevice.of("auto", gpu(), false, () -> 4)).isEqualTo("cpu");
    assertThat(AssignedDevice.of("auto", NONE, true, () -> 4)).isEqualTo("cpu");
  }

  @Test
  void autoTakesTheCpuWherePyTorchSeesNoGpu() {
    assertThat(AssignedDevice.of("auto", gpu("0"), false, () -> 0)).isEqualTo("cpu");
    assertThat(AssignedDevice.of("cuda", gpu("0"), false, () -> 0)).isEqualTo("cuda:0");
  }

  @Test
  void cpuStaysOnTheCpu() {
    assertThat(AssignedDevice.of("cpu", gpu("0"), false, () -> 4)).isEqualTo("cpu");
  }

  @Test
  void cudaWithoutAnAssignedGpuSaysWhatToSet() {
    assertThat(AssignedDevice.of("cuda", gpu("2"), false, () -> 4)).isEqualTo("cuda:2");
    assertThat(AssignedDevice.of("cuda", NONE, true, () -> 4)).isEqualTo("cuda:0");
    assertThatThrownBy(() -> AssignedDevice.of("cuda", NONE, false, () -> 4))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("model.device = cuda, but Spark assigned no GPU to the task. Set");
  }

  @Test
  void anAddressThatIsNoNumberIsRefused() {
    assertThatThrownBy(() -> AssignedDevice.of("auto", gpu("MIG-7"), false, () -> 4))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("Spark assigned the GPU 'MIG-7', which is not a number.");
  }
}
