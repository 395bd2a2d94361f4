package io.turnmill.torch.source;

/** TorchScript source of what is done with tensors while a model is loaded. */
public final class WeightsSource {
  public static final String CLASS_NAME = "Weights";

  private WeightsSource() {}

  public static String text() {
    return SourceText.read("weights");
  }
}
