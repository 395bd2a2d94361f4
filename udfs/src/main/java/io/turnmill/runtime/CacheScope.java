package io.turnmill.runtime;

import io.turnmill.task.Task;

/**
 * What completions depend on besides the values of their requests, as text: equal texts, equal
 * completions of equal requests. Prompting is no part of it, because prompts are in the requests.
 */
final class CacheScope {
  private CacheScope() {}

  /**
   * @param arithmetic in which the model computes
   */
  static String of(ModelFrontEnd front, Task<?, ?> task, String arithmetic) {
    return String.join(
        "\n",
        "model " + front.folder().fingerprint(),
        "arithmetic " + arithmetic,
        "longest sequence " + front.maxModelLen(),
        task.scope());
  }
}
