package io.turnmill.inference;

import java.util.List;

/**
 * The facts of a {@link Backend}'s model.
 *
 * @param fingerprint the fingerprint of the model's files; equal for equal models
 * @param arithmetic how the backend computes; numbers differ from one arithmetic to another
 * @param contextTokens the longest sequence that the model takes
 * @param vocabSize the model knows the token ids below this
 * @param labels the labels of a classifier's scores, in their order; empty for other models
 * @param vectorSize how many numbers a vector has; 0 for a model that writes text
 */
public record BackendInfo(
    String fingerprint,
    String arithmetic,
    int contextTokens,
    int vocabSize,
    List<String> labels,
    int vectorSize) {

  public BackendInfo {
    labels = List.copyOf(labels);
  }

  /**
   * A text of everything by which completions of two backends may differ for equal requests:
   * backends of one text compute the same.
   */
  public String scope() {
    return String.join(
        "\n", "model " + fingerprint, "arithmetic " + arithmetic, "context " + contextTokens);
  }
}
