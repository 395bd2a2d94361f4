package io.turnmill.torch.source;

import io.turnmill.model.Activation;

/** TorchScript of the non-linear functions. */
final class ActivationSource {
  private ActivationSource() {}

  /** The function of the expression {@code x}, whose tensor it may overwrite. */
  static String of(Activation activation, String x) {
    String call =
        switch (activation) {
          case SILU -> "torch.silu_(%s)";
          case GELU -> "torch.gelu(%s)";
          case GELU_TANH -> "torch.gelu(%s, approximate=\"tanh\")";
          case RELU -> "torch.relu(%s)";
          case TANH -> "torch.tanh(%s)";
          case SIGMOID -> "torch.sigmoid(%s)";
          case IDENTITY -> "%s";
        };
    return call.formatted(x);
  }
}
