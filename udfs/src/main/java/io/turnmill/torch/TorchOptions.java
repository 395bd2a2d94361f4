package io.turnmill.torch;

/**
 * How a model is run.
 *
 * @param threads of one operation on the CPU; 0 for PyTorch's own choice
 * @param device {@code cpu}, or {@code cuda:0} and so on
 */
public record TorchOptions(Precision precision, int threads, String device) {
  public static final TorchOptions DEFAULTS = new TorchOptions(Precision.AUTO, 0, "cpu");

  public TorchOptions {
    if (!device.matches("cpu|cuda(:\\d+)?")) {
      throw new IllegalArgumentException("device must be cpu or cuda:N, not " + device);
    }
  }

  boolean onCpu() {
    return device.equals("cpu");
  }
}
