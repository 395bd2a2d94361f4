package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.turnmill.engine.OutOfMemory;
import io.turnmill.model.ModelFolder;
import io.turnmill.testing.TestDevice;
import org.junit.jupiter.api.Test;

/** On a GPU alone: what the next model finds. */
class GpuMemoryTest {
  private static final int SLOTS = 64;
  private static final long CACHE_BYTES = 1L << 30;

  @Test
  void memoryOfAClosedModelIsFreeOnItsGpu() throws OutOfMemory {
    assumeFalse(TestDevice.IS_CPU);
    ModelFolder model = Golden.named("qwen2-tied-f32").model();
    long inUse;
    try (TorchForwardPass pass = load(model)) {
      pass.allocate(SLOTS, slotTokens(pass));
      inUse = Gpu.memory(TestDevice.NAME).freeBytes();
    }
    assertThat(Gpu.memory(TestDevice.NAME).freeBytes()).isGreaterThan(inUse + CACHE_BYTES * 3 / 4);
  }

  private static TorchForwardPass load(ModelFolder model) {
    return TorchForwardPass.load(
        model, TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 0, TestDevice.NAME));
  }

  private static int slotTokens(TorchForwardPass pass) {
    return Math.toIntExact(CACHE_BYTES / SLOTS / pass.shape().cacheBytesPerToken());
  }
}
