package io.turnmill.torch;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;

/**
 * Recognises that a device has no room. By the message, because libtorch's error types do not cross
 * into Java.
 */
final class OutOfMemoryText {
  /** The last is of CUDA's libraries, such as {@code CUBLAS_STATUS_ALLOC_FAILED}. */
  private static final List<String> TEXTS =
      List.of(
          "can't allocate memory",
          "not enough memory",
          "out of memory",
          "std::bad_alloc",
          "_status_alloc_failed");

  private OutOfMemoryText() {}

  static boolean in(EngineException e) {
    return isIn(String.valueOf(e.getMessage()));
  }

  private static boolean isIn(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return TEXTS.stream().anyMatch(lower::contains);
  }

  /** Of several, the one that says so: it has numbers in it, and the others are a stack. */
  static String line(EngineException e) {
    return e.getMessage()
        .lines()
        .filter(OutOfMemoryText::isIn)
        .map(String::strip)
        .findFirst()
        .orElse("out of memory");
  }
}
