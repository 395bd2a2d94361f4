package io.turnmill.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A non-linear function, by the names that {@code hidden_act} has in transformers' {@code ACT2FN};
 * several names stand for one formula.
 */
public enum Activation {
  SILU("torch.silu_(%s)", "silu", "swish"),
  /** With the error function. */
  GELU("torch.gelu(%s)", "gelu", "gelu_python"),
  /** With tanh in place of the error function: GELU's approximation. */
  GELU_TANH(
      "torch.gelu(%s, approximate=\"tanh\")",
      "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate"),
  RELU("torch.relu(%s)", "relu"),
  TANH("torch.tanh(%s)", "tanh"),
  SIGMOID("torch.sigmoid(%s)", "sigmoid"),
  IDENTITY("%s", "linear");

  private final String call;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> names;

  Activation(String call, String... names) {
    this.call = call;
    this.names = List.of(names);
  }

  /** TorchScript: the function of the expression {@code x}, whose tensor it may overwrite. */
  String of(String x) {
    return call.formatted(x);
  }

  static Optional<Activation> named(String name) {
    return Arrays.stream(values())
        .filter(activation -> activation.names.contains(name))
        .findFirst();
  }

  /** All names, for a message. */
  static String supported() {
    return Arrays.stream(values())
        .flatMap(activation -> activation.names.stream())
        .collect(Collectors.joining(", "));
  }
}
