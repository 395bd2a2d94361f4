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
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return TEXTS.stream().anyMatch(message::contains);
  }

  static String firstLine(EngineException e) {
    return e.getMessage().strip().lines().findFirst().orElse("out of memory");
  }
}
