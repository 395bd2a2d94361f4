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
  SILU("silu", "swish"),
  /** With the error function. */
  GELU("gelu", "gelu_python"),
  /** With tanh in place of the error function: GELU's approximation. */
  GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate"),
  RELU("relu"),
  TANH("tanh"),
  SIGMOID("sigmoid"),
  IDENTITY("linear");

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> names;

  Activation(String... names) {
    this.names = List.of(names);
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
