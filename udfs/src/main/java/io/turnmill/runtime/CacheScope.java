package io.turnmill.runtime;

import io.turnmill.task.Task;

/**
 * A text of everything that completions depend on besides the values of their requests: equal
 * requests under equal texts have equal completions. How prompts are made is not part of it,
 * because prompts are in the requests.
 */
final class CacheScope {
  private CacheScope() {}

  /**
   * @param arithmetic how the backend computes
   */
  static String of(FrontEnd front, Task<?, ?> task, String arithmetic) {
    return String.join(
        "\n",
        "model " + front.folder().fingerprint(),
        "arithmetic " + arithmetic,
        "longest sequence " + front.maxModelLen(),
        task.scope());
  }
}
