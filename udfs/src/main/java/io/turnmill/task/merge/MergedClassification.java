package io.turnmill.task.merge;

import io.turnmill.task.Classification.Work;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The label of a long text.
 *
 * @param label the label that was chosen; empty if none applies
 * @param labels the labels that apply, the greatest score first
 * @param unsure whether the score of the only label is below what the settings ask for
 * @param value if all labels are numbers and the scores their probabilities, their mean
 * @param scores those of all labels, the greatest first, at most as many as the settings ask for
 * @param work what all chunks took
 */
public record MergedClassification(
    Optional<String> label,
    List<String> labels,
    boolean unsure,
    OptionalDouble value,
    List<MergedLabel> scores,
    Work work) {

  public MergedClassification {
    labels = List.copyOf(labels);
    scores = List.copyOf(scores);
  }

  /**
   * A label and its score.
   *
   * @param chunks the numbers of the chunks that decided on the score, in order
   */
  public record MergedLabel(String label, double score, List<Integer> chunks) {
    public MergedLabel {
      chunks = List.copyOf(chunks);
    }
  }
}
