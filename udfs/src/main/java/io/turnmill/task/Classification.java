package io.turnmill.task;

import io.turnmill.task.TaskOptions.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The label of a part of a session.
 *
 * @param turn empty for the whole session
 * @param label the label with the greatest score; empty if several labels may apply and none does
 * @param labels the labels that apply, the greatest score first
 * @param unsure whether the score of the only label is below what the settings ask for
 * @param value if all labels are numbers and the scores their probabilities, the mean of the
 *     numbers with these weights
 * @param scores the greatest first, at most as many as the settings ask for
 * @param work what it took
 */
public record Classification(
    OptionalInt turn,
    Optional<String> label,
    List<String> labels,
    boolean unsure,
    OptionalDouble value,
    List<LabelScore> scores,
    Work work) {

  /** A label that a person reads as a number; Java reads NaN and 1d as numbers, too. */
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+([.][0-9]+)?");

  public Classification {
    labels = List.copyOf(labels);
    scores = List.copyOf(scores);
  }

  /** A label and its score: a probability, unless an encoder's folder says otherwise. */
  public record LabelScore(String label, double score) {}

  /**
   * The scores of all labels.
   *
   * @param each in the order of the labels
   * @param areShares whether they are probabilities that add up to 1
   */
  record Scored(List<LabelScore> each, boolean areShares) {
    Scored {
      each = List.copyOf(each);
    }

    /**
     * @param scores one for each label
     */
    static Scored of(List<String> labels, double[] scores, boolean areShares) {
      return new Scored(
          IntStream.range(0, scores.length)
              .mapToObj(place -> new LabelScore(labels.get(place), scores[place]))
              .toList(),
          areShares);
    }
  }

  /**
   * What a classification took.
   *
   * @param tokens how many tokens of prompt or text the model was given
   * @param cachedTokens how many of them were not computed again
   * @param computedTokens how many tokens went through the model
   * @param cutTokens how many tokens of the text the model did not see
   * @param droppedMessages how many messages were left out because the session is too long
   */
  public record Work(
      int tokens, int cachedTokens, int computedTokens, int cutTokens, int droppedMessages) {}

  /** Chooses labels. */
  static Classification of(OptionalInt turn, Scored scored, Choice choice, Work work) {
    List<LabelScore> all = new ArrayList<>(scored.each());
    all.sort(Comparator.comparingDouble(LabelScore::score).reversed());
    List<LabelScore> applying =
        choice.multiLabel()
            ? all.stream().filter(of -> of.score() >= choice.threshold()).toList()
            : all.subList(0, 1);
    int kept = choice.topK() == 0 ? all.size() : Math.min(all.size(), choice.topK());
    return new Classification(
        turn,
        applying.stream().findFirst().map(LabelScore::label),
        applying.stream().map(LabelScore::label).toList(),
        !choice.multiLabel() && all.get(0).score() < choice.unsureBelow(),
        scored.areShares() && !choice.multiLabel() ? expectation(all) : OptionalDouble.empty(),
        all.subList(0, kept),
        work);
  }

  private static OptionalDouble expectation(List<LabelScore> scores) {
    double sum = 0;
    for (LabelScore of : scores) {
      if (!NUMBER.matcher(of.label()).matches()) {
        return OptionalDouble.empty();
      }
      sum += of.score() * Double.parseDouble(of.label());
    }
    return OptionalDouble.of(sum);
  }

  /** The score of the label that was chosen. */
  public OptionalDouble score() {
    return label.isEmpty() || scores.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(scores.get(0).score());
  }
}
