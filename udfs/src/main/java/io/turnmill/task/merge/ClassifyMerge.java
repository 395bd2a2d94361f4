package io.turnmill.task.merge;

import io.turnmill.task.Answers;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Classification;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions.Choice;
import io.turnmill.task.TaskOptions.Classify;
import io.turnmill.task.merge.MergedClassification.MergedLabel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The labels of a long text, made of those of its chunks by one of four rules.
 *
 * <ul>
 *   <li>{@code max}: the score of a label is its greatest one in any chunk, and that chunk decides.
 *       If labels are numbers, the chunk with the greatest value decides on everything.
 *   <li>{@code mean}: the score is the mean over the chunks by {@link ChunkWeight}; the chunk in
 *       which the label has its greatest score is named. The value is the mean, too.
 *   <li>{@code vote}: each chunk has one vote for each label that it has; the score is the share of
 *       the chunks that voted for it, and these are named. If several labels may apply, those do
 *       for which more than half of the chunks voted. If labels are numbers, the value is their
 *       mean by votes.
 *   <li>{@code any}: a label applies if it has at least the threshold in any chunk; its score is
 *       the greatest one, and the chunks with the threshold are named. The label that says that
 *       there is nothing (see {@link io.turnmill.task.TaskOptions.LabelMerge}) applies if no other
 *       one does; its score is the least one in any chunk. There is no value.
 * </ul>
 *
 * Of labels with equal scores, the one with the greater mean comes first (for {@code vote}), and
 * then the one that stands first in the scores of the first chunk; of chunks with equal scores, the
 * first one decides. Of one chunk alone, {@code max} and {@code mean} give what is said of it.
 */
public final class ClassifyMerge {
  private static final String YES = "Yes";
  private static final String NO = "No";

  /** More than this share of the chunks is the majority. */
  private static final double HALF = 0.5;

  private static final Comparator<MergedLabel> BY_SCORE =
      Comparator.comparingDouble(MergedLabel::score).reversed();

  private final Classify options;
  private final Choice choice;

  private ClassifyMerge(Classify options) {
    this.options = options;
    this.choice = options.choice();
  }

  /**
   * The task that merges.
   *
   * @param options as they are for the whole text; chunks are asked with {@link Classify#ofChunk}
   */
  public static MergeTask<Classification, MergedClassification> task(Classify options) {
    return new MergeTask<>(TaskKind.CLASSIFY, new ClassifyMerge(options)::merged);
  }

  private MergedClassification merged(ChunkedItem<Answers<Classification>> item) {
    LabelScores scores = new LabelScores(OfChunk.all(item));
    return switch (options.merge().rule()) {
      case MAX -> max(scores);
      case MEAN -> mean(scores);
      case VOTE -> vote(scores);
      case ANY -> any(scores);
    };
  }

  private MergedClassification max(LabelScores scores) {
    if (scores.haveValues()) {
      int chunk = scores.greatestValue();
      List<MergedLabel> ofChunk = sorted(scores.only(chunk));
      OptionalDouble value = OptionalDouble.of(scores.value(chunk));
      return result(scores, ofChunk, byThreshold(ofChunk), value);
    }
    List<MergedLabel> greatest = sorted(scores.greatest());
    return result(scores, greatest, byThreshold(greatest), OptionalDouble.empty());
  }

  private MergedClassification mean(LabelScores scores) {
    List<MergedLabel> means = sorted(scores.mean());
    OptionalDouble value =
        scores.haveValues() ? OptionalDouble.of(scores.meanValue()) : OptionalDouble.empty();
    return result(scores, means, byThreshold(means), value);
  }

  private MergedClassification vote(LabelScores scores) {
    Map<String, Double> means =
        scores.mean().stream().collect(Collectors.toMap(MergedLabel::label, MergedLabel::score));
    List<MergedLabel> votes =
        scores.votes().stream()
            .sorted(
                BY_SCORE.thenComparing(
                    Comparator.<MergedLabel>comparingDouble(of -> means.get(of.label()))
                        .reversed()))
            .toList();
    return result(
        scores,
        votes,
        choice.multiLabel() ? names(votes, of -> of.score() > HALF) : names(votes.subList(0, 1)),
        scores.haveValues() ? OptionalDouble.of(expectation(votes)) : OptionalDouble.empty());
  }

  private static double expectation(List<MergedLabel> votes) {
    return votes.stream().mapToDouble(of -> of.score() * Double.parseDouble(of.label())).sum();
  }

  private MergedClassification any(LabelScores scores) {
    String background = background(scores.labels());
    List<MergedLabel> others =
        scores.reaching(choice.threshold()).stream()
            .filter(of -> !of.label().equals(background))
            .sorted(BY_SCORE)
            .toList();
    List<MergedLabel> nothing =
        scores.least().stream().filter(of -> of.label().equals(background)).toList();
    List<String> found = names(others, of -> of.score() >= choice.threshold());
    List<MergedLabel> all = new ArrayList<>(found.isEmpty() ? nothing : others);
    all.addAll(found.isEmpty() ? others : nothing);
    return result(scores, all, found.isEmpty() ? names(nothing) : found, OptionalDouble.empty());
  }

  /** The label that says that there is nothing; empty if none does. */
  private String background(List<String> labels) {
    String set = options.merge().background();
    boolean isYesNo = labels.size() == 2 && labels.contains(YES) && labels.contains(NO);
    return choice.multiLabel() ? "" : set.isEmpty() && isYesNo ? NO : set;
  }

  private static List<MergedLabel> sorted(List<MergedLabel> scores) {
    return scores.stream().sorted(BY_SCORE).toList();
  }

  /** As {@link Classification} chooses labels: the first one, or all with the threshold. */
  private List<String> byThreshold(List<MergedLabel> sorted) {
    return choice.multiLabel()
        ? names(sorted, of -> of.score() >= choice.threshold())
        : names(sorted.subList(0, 1));
  }

  private static List<String> names(List<MergedLabel> labels, Predicate<MergedLabel> which) {
    return names(labels.stream().filter(which).toList());
  }

  private static List<String> names(List<MergedLabel> labels) {
    return labels.stream().map(MergedLabel::label).toList();
  }

  /**
   * @param all the labels, the one that is chosen first
   * @param applying those that apply
   */
  private MergedClassification result(
      LabelScores scores, List<MergedLabel> all, List<String> applying, OptionalDouble value) {
    boolean unsure =
        !choice.multiLabel() && !applying.isEmpty() && all.get(0).score() < choice.unsureBelow();
    int kept = choice.topK() == 0 ? all.size() : Math.min(all.size(), choice.topK());
    return new MergedClassification(
        applying.stream().findFirst(),
        applying,
        unsure,
        value,
        all.subList(0, kept),
        scores.work());
  }
}
