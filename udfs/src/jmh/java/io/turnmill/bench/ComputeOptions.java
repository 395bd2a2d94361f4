package io.turnmill.bench;

import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchOptions;
import picocli.CommandLine.Option;

/** Where a bench computes, and in which precision. */
public final class ComputeOptions {
  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "AUTO",
      description = "auto, float32, bfloat16 or float16.")
  private Precision precision;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu or cuda:N (${DEFAULT-VALUE}).")
  private String device;

  public Precision precision() {
    return precision;
  }

  public String device() {
    return device;
  }

  public TorchOptions torch(Quantization quantization) {
    return TorchOptions.of(
        precision, quantization, Runtime.getRuntime().availableProcessors(), device);
  }
}
