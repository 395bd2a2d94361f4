package io.turnmill.inference;

import java.util.List;

/**
 * What is known of the model behind a {@link Backend}.
 *
 * @param fingerprint of the model's files; equal for equal models
 * @param arithmetic in which it computes: numbers differ from one to another
 * @param contextTokens longest sequence that it takes
 * @param vocabSize token ids that it knows are below this
 * @param labels of a classifier's scores, in their order; empty for other models
 * @param vectorSize numbers in a vector; 0 for a model that writes text
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
}
