package io.turnmill.runtime;

import java.util.TreeSet;

/**
 * What replies depend on besides the values of their requests, as text: equal texts, equal replies
 * to equal requests. Prompting is no part of it, because prompts are in the requests.
 */
final class ReplyScope {
  private ReplyScope() {}

  /**
   * @param arithmetic in which the model computes
   */
  static String of(ModelParts parts, RuntimeOptions options, String arithmetic) {
    return String.join(
        "\n",
        "task reply",
        "model " + parts.folder().fingerprint(),
        "arithmetic " + arithmetic,
        "longest sequence " + parts.maxModelLen(),
        "stop " + ModelParts.json(options.stop()),
        "end tokens " + (options.ignoreEos() ? "ignored" : new TreeSet<>(parts.endTokens().ids())));
  }
}
