package io.turnmill.task.merge;

import io.turnmill.task.Classification;
import io.turnmill.task.Classification.LabelScore;
import io.turnmill.task.Classification.Work;
import io.turnmill.task.merge.MergedClassification.MergedLabel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The scores of all labels in all chunks of a text that have any.
 *
 * <p>Places of chunks are those among the chunks that have scores; the numbers in a {@link
 * MergedLabel} are those of all chunks.
 */
final class LabelScores {
  private final List<OfChunk<Classification>> chunks;

  /** In the order in which the first chunk has them. */
  private final List<String> labels;

  /** For each chunk the score of each label. */
  private final double[][] scores;

  /**
   * @param chunks at least one; each tells the scores of all labels
   */
  LabelScores(List<OfChunk<Classification>> chunks) {
    this.chunks = chunks;
    this.labels = chunks.get(0).answer().scores().stream().map(LabelScore::label).toList();
    this.scores = chunks.stream().map(chunk -> scores(chunk.answer())).toArray(double[][]::new);
  }

  private double[] scores(Classification of) {
    Map<String, Double> byLabel = new HashMap<>();
    of.scores().forEach(score -> byLabel.put(score.label(), score.score()));
    if (byLabel.size() != labels.size() || !byLabel.keySet().containsAll(labels)) {
      throw new IllegalStateException("Chunks have scores of different labels. This is a bug.");
    }
    return labels.stream().mapToDouble(byLabel::get).toArray();
  }

  List<String> labels() {
    return labels;
  }

  /** For each label the greatest score in any chunk, and the first chunk that has it. */
  List<MergedLabel> greatest() {
    return each(label -> one(label, place(chunk -> scores[chunk][label])));
  }

  /** For each label the mean by weight, and the first chunk with the greatest score. */
  List<MergedLabel> mean() {
    return each(
        label ->
            new MergedLabel(
                labels.get(label),
                mean(chunk -> scores[chunk][label]),
                List.of(number(place(chunk -> scores[chunk][label])))));
  }

  /** For each label the share of the chunks that have it, and these. */
  List<MergedLabel> votes() {
    return each(
        label -> {
          List<Integer> voters =
              numbers(chunk -> chunks.get(chunk).answer().labels().contains(labels.get(label)));
          return new MergedLabel(labels.get(label), (double) voters.size() / chunks.size(), voters);
        });
  }

  /**
   * For each label the greatest score in any chunk, and the chunks that have it with at least the
   * threshold; if none has, the first chunk with the greatest score.
   */
  List<MergedLabel> reaching(double threshold) {
    return each(
        label -> {
          MergedLabel greatest = one(label, place(chunk -> scores[chunk][label]));
          return greatest.score() < threshold
              ? greatest
              : new MergedLabel(
                  greatest.label(),
                  greatest.score(),
                  numbers(chunk -> scores[chunk][label] >= threshold));
        });
  }

  /** For each label the least score in any chunk, and the first chunk that has it. */
  List<MergedLabel> least() {
    return each(label -> one(label, place(chunk -> -scores[chunk][label])));
  }

  /** The scores in a single chunk. */
  List<MergedLabel> only(int chunk) {
    return each(label -> one(label, chunk));
  }

  /** Whether every chunk has a mean of its labels, which are numbers. */
  boolean haveValues() {
    return chunks.stream().allMatch(chunk -> chunk.answer().value().isPresent());
  }

  /** The first chunk with the greatest value. */
  int greatestValue() {
    return place(this::value);
  }

  double value(int chunk) {
    return chunks.get(chunk).answer().value().orElseThrow();
  }

  /** The mean of the chunks' values by weight. */
  double meanValue() {
    return mean(this::value);
  }

  /** What all chunks took. */
  Work work() {
    return chunks.stream()
        .map(chunk -> chunk.answer().work())
        .reduce(new Work(0, 0, 0, 0, 0), LabelScores::sum);
  }

  private static Work sum(Work one, Work other) {
    return new Work(
        one.tokens() + other.tokens(),
        one.cachedTokens() + other.cachedTokens(),
        one.computedTokens() + other.computedTokens(),
        one.cutTokens() + other.cutTokens(),
        one.droppedMessages() + other.droppedMessages());
  }

  private List<MergedLabel> each(IntFunction<MergedLabel> made) {
    return IntStream.range(0, labels.size()).mapToObj(made).toList();
  }

  private MergedLabel one(int label, int chunk) {
    return new MergedLabel(labels.get(label), scores[chunk][label], List.of(number(chunk)));
  }

  private int number(int chunk) {
    return chunks.get(chunk).chunk().number();
  }

  private List<Integer> numbers(IntPredicate which) {
    return IntStream.range(0, chunks.size()).filter(which).map(this::number).boxed().toList();
  }

  /** The first chunk of which a number is the greatest. */
  private int place(IntToDoubleFunction of) {
    int best = 0;
    for (int chunk = 1; chunk < chunks.size(); chunk++) {
      if (of.applyAsDouble(chunk) > of.applyAsDouble(best)) {
        best = chunk;
      }
    }
    return best;
  }

  private double mean(IntToDoubleFunction of) {
    double sum = 0;
    double weights = 0;
    for (int chunk = 0; chunk < chunks.size(); chunk++) {
      sum += chunks.get(chunk).weight() * of.applyAsDouble(chunk);
      weights += chunks.get(chunk).weight();
    }
    return sum / weights;
  }
}
