package io.turnmill.task.merge;

import static io.turnmill.task.ChunksForTests.chunk;
import static io.turnmill.task.ChunksForTests.failed;
import static io.turnmill.task.ChunksForTests.item;
import static io.turnmill.task.ChunksForTests.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.Classification;
import io.turnmill.task.Classification.LabelScore;
import io.turnmill.task.Classification.Work;
import io.turnmill.task.ItemWork;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskOptions.Choice;
import io.turnmill.task.TaskOptions.Classify;
import io.turnmill.task.TaskOptions.LabelMerge;
import io.turnmill.task.TaskOptions.MergeRule;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.TaskResult;
import io.turnmill.task.Unit;
import io.turnmill.task.merge.MergedClassification.MergedLabel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassifyMergeTest {
  private static final Choice ONE = new Choice(false, 0.5, 0, 0);
  private static final Choice SEVERAL = new Choice(true, 0.5, 0, 0);
  private static final List<String> ABC = List.of("a", "b", "c");

  private static Classify options(MergeRule rule, String background, Choice choice) {
    return new Classify(
        Unit.SESSION,
        List.of(),
        Map.of(),
        "",
        "",
        "",
        choice,
        TooLong.CHUNK,
        new LabelMerge(rule, background));
  }

  /** What a chunk's classification is by these scores. */
  private static Classification scored(List<String> labels, Choice choice, double... scores) {
    List<LabelScore> all =
        new ArrayList<>(
            IntStream.range(0, scores.length)
                .mapToObj(i -> new LabelScore(labels.get(i), scores[i]))
                .toList());
    all.sort(Comparator.comparingDouble(LabelScore::score).reversed());
    List<String> applying =
        all.stream()
            .filter(of -> choice.multiLabel() ? of.score() >= 0.5 : of.equals(all.get(0)))
            .map(LabelScore::label)
            .toList();
    boolean areNumbers = labels.stream().allMatch(label -> label.matches("[0-9]"));
    OptionalDouble value =
        areNumbers && !choice.multiLabel()
            ? OptionalDouble.of(
                all.stream().mapToDouble(of -> of.score() * Integer.parseInt(of.label())).sum())
            : OptionalDouble.empty();
    return new Classification(
        OptionalInt.empty(),
        applying.stream().findFirst(),
        applying,
        false,
        value,
        all,
        new Work(10, 1, 9, 2, 0));
  }

  /** Chunks of 100, 100, … letters and 50 tokens each, of which half are new but for the first. */
  private static List<ChunkAnswer<Answers<Classification>>> chunks(Classification... of) {
    return IntStream.range(0, of.length)
        .mapToObj(
            i -> said(chunk(i, 50 * i, 50 * i + 100, i == 0 ? 0 : 50, 50), "text", List.of(of[i])))
        .toList();
  }

  private static MergedClassification merged(
      Classify options, List<ChunkAnswer<Answers<Classification>>> chunks) {
    ItemWork<String, MergedClassification> work =
        ClassifyMerge.task(options).begin("row", row -> item(chunks));
    assertThat(work.done()).isTrue();
    return ((TaskResult.Ok<MergedClassification>) work.result()).value();
  }

  private static MergedLabel label(String label, double score, Integer... chunks) {
    return new MergedLabel(label, score, List.of(chunks));
  }

  @Test
  void theGreatestScoreOfEachLabelCountsWithTheChunkThatHasIt() {
    MergedClassification of =
        merged(
            options(MergeRule.MAX, "", ONE),
            chunks(scored(ABC, ONE, 0.6, 0.3, 0.1), scored(ABC, ONE, 0.1, 0.1, 0.8)));

    assertThat(of.label()).contains("c");
    assertThat(of.labels()).containsExactly("c");
    assertThat(of.scores())
        .containsExactly(label("c", 0.8, 1), label("a", 0.6, 0), label("b", 0.3, 0));
    assertThat(of.work()).isEqualTo(new Work(20, 2, 18, 4, 0));
  }

  @Test
  void ofEqualScoresTheFirstLabelAndTheFirstChunkCount() {
    MergedClassification of =
        merged(
            options(MergeRule.MAX, "", ONE),
            chunks(
                scored(ABC, ONE, 0.5, 0.25, 0.25),
                scored(ABC, ONE, 0.25, 0.5, 0.25),
                scored(ABC, ONE, 0.5, 0.25, 0.25)));

    assertThat(of.scores())
        .containsExactly(label("a", 0.5, 0), label("b", 0.5, 1), label("c", 0.25, 0));
  }

  @Test
  void theMeanCountsNewTokensOnly() {
    // The weights are 50, 25 and 25.
    MergedClassification of =
        merged(
            options(MergeRule.MEAN, "", new Choice(false, 0.5, 0.5, 2)),
            chunks(
                scored(ABC, ONE, 0.5, 0.5, 0),
                scored(ABC, ONE, 0, 1, 0),
                scored(ABC, ONE, 0, 0, 1)));

    assertThat(of.scores()).containsExactly(label("b", 0.5, 1), label("a", 0.25, 0));
    assertThat(of.unsure()).isFalse();
    assertThat(of.value()).isEmpty();
  }

  @Test
  void aScoreBelowTheLimitIsUnsure() {
    Choice sure = new Choice(false, 0.5, 0.51, 0);
    MergedClassification of =
        merged(
            options(MergeRule.MEAN, "", sure),
            chunks(scored(ABC, ONE, 0.5, 0.5, 0), scored(ABC, ONE, 0.5, 0.5, 0)));

    assertThat(of.label()).contains("a");
    assertThat(of.unsure()).isTrue();
  }

  @Test
  void aVoteHasItsVotersAndOfEqualVotesTheGreaterMeanCounts() {
    MergedClassification of =
        merged(
            options(MergeRule.VOTE, "", ONE),
            chunks(
                scored(ABC, ONE, 0.6, 0.4, 0),
                scored(ABC, ONE, 0.1, 0.9, 0),
                scored(ABC, ONE, 0.6, 0.4, 0),
                scored(ABC, ONE, 0.1, 0.9, 0)));

    assertThat(of.label()).contains("b");
    assertThat(of.scores())
        .containsExactly(label("b", 0.5, 1, 3), label("a", 0.5, 0, 2), label("c", 0.0));
  }

  @Test
  void ofSeveralLabelsThoseWithMostVotesApply() {
    MergedClassification of =
        merged(
            options(MergeRule.VOTE, "", SEVERAL),
            chunks(
                scored(ABC, SEVERAL, 0.9, 0.6, 0.1),
                scored(ABC, SEVERAL, 0.7, 0.2, 0.8),
                scored(ABC, SEVERAL, 0.3, 0.6, 0.3),
                scored(ABC, SEVERAL, 0.9, 0.1, 0.2)));

    assertThat(of.labels()).containsExactly("a");
    assertThat(of.scores())
        .containsExactly(label("a", 0.75, 0, 1, 3), label("b", 0.5, 0, 2), label("c", 0.25, 1));
  }

  @Test
  void aClauseThatIsFoundAnywhereCounts() {
    MergedClassification of =
        merged(
            options(MergeRule.ANY, "", SEVERAL),
            chunks(
                scored(ABC, SEVERAL, 0.1, 0.6, 0.2),
                scored(ABC, SEVERAL, 0.2, 0.7, 0.3),
                scored(ABC, SEVERAL, 0.5, 0.1, 0.4)));

    assertThat(of.label()).contains("b");
    assertThat(of.labels()).containsExactly("b", "a");
    assertThat(of.scores())
        .containsExactly(label("b", 0.7, 0, 1), label("a", 0.5, 2), label("c", 0.4, 2));
  }

  @Test
  void severalLabelsOfWhichNoneReachesTheThresholdAreNone() {
    MergedClassification of =
        merged(options(MergeRule.ANY, "", SEVERAL), chunks(scored(ABC, SEVERAL, 0.1, 0.2, 0.3)));
    assertThat(of.label()).isEmpty();
    assertThat(of.labels()).isEmpty();
  }

  @Test
  void yesInOneChunkIsYesAndOtherwiseItIsNo() {
    List<String> yesNo = List.of("Yes", "No");
    Classify any = options(MergeRule.ANY, "", ONE);

    MergedClassification yes =
        merged(any, chunks(scored(yesNo, ONE, 0.01, 0.99), scored(yesNo, ONE, 0.6, 0.4)));
    assertThat(yes.labels()).containsExactly("Yes");
    assertThat(yes.scores()).containsExactly(label("Yes", 0.6, 1), label("No", 0.4, 1));

    MergedClassification no =
        merged(any, chunks(scored(yesNo, ONE, 0.01, 0.99), scored(yesNo, ONE, 0.3, 0.7)));
    assertThat(no.labels()).containsExactly("No");
    assertThat(no.scores()).containsExactly(label("No", 0.7, 1), label("Yes", 0.3, 1));
  }

  @Test
  void theSettingsMayNameTheLabelThatSaysThatThereIsNothing() {
    Choice low = new Choice(false, 0.4, 0, 1);
    MergedClassification of =
        merged(
            options(MergeRule.ANY, "c", low),
            chunks(scored(ABC, ONE, 0.1, 0, 0.9), scored(ABC, ONE, 0.45, 0, 0.55)));
    assertThat(of.label()).contains("a");
    assertThat(of.scores()).containsExactly(label("a", 0.45, 1));

    MergedClassification none =
        merged(options(MergeRule.ANY, "", low), chunks(scored(ABC, ONE, 0.3, 0.39, 0.31)));
    assertThat(none.label()).isEmpty();
  }

  @Test
  void aScaleHasItsMeanItsGreatestValueOrThatOfVotes() {
    List<String> scale = List.of("1", "2", "3");
    // The values are 1.5, 3 and 1; the weights 50, 25 and 25.
    List<ChunkAnswer<Answers<Classification>>> chunks =
        chunks(
            scored(scale, ONE, 0.5, 0.5, 0),
            scored(scale, ONE, 0, 0, 1),
            scored(scale, ONE, 1, 0, 0));

    MergedClassification mean = merged(options(MergeRule.MEAN, "", ONE), chunks);
    assertThat(mean.value().getAsDouble()).isCloseTo(1.75, within(1e-12));
    assertThat(mean.scores())
        .containsExactly(label("1", 0.5, 2), label("2", 0.25, 0), label("3", 0.25, 1));

    MergedClassification max = merged(options(MergeRule.MAX, "", ONE), chunks);
    assertThat(max.value()).hasValue(3);
    assertThat(max.scores()).containsExactly(label("3", 1, 1), label("1", 0, 1), label("2", 0, 1));

    MergedClassification vote = merged(options(MergeRule.VOTE, "", ONE), chunks);
    assertThat(vote.value().getAsDouble()).isCloseTo(5.0 / 3, within(1e-12));
    assertThat(vote.label()).contains("1");

    assertThat(merged(options(MergeRule.ANY, "", ONE), chunks).value()).isEmpty();
  }

  @Test
  void chunksWithoutAResultAreLeftOutAndKeepTheirNumbers() {
    List<ChunkAnswer<Answers<Classification>>> chunks =
        List.of(
            failed(chunk(0, 0, 10, 0, 5), "text"),
            said(chunk(1, 8, 20, 12, 5), "text", List.of(scored(ABC, ONE, 0.1, 0.2, 0.7))));

    assertThat(merged(options(MergeRule.MEAN, "", ONE), chunks).scores())
        .containsExactly(label("c", 0.7, 1), label("b", 0.2, 1), label("a", 0.1, 1));
  }

  @Test
  void anItemWithoutAnyResultHasTheReasonOfOneOfItsChunks() {
    TaskResult<MergedClassification> result =
        ClassifyMerge.task(options(MergeRule.MEAN, "", ONE))
            .begin("row", row -> item(List.of(failed(chunk(0, 0, 10, 0, 5), "text"))))
            .result();
    assertThat(result)
        .isEqualTo(new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "no memory"));
  }

  @Test
  void scoresThatWereCutAreAFaultOfOurs() {
    Classification cut =
        new Classification(
            OptionalInt.empty(),
            Optional.of("a"),
            List.of("a"),
            false,
            OptionalDouble.empty(),
            List.of(new LabelScore("a", 0.5)),
            new Work(0, 0, 0, 0, 0));
    TaskResult<MergedClassification> result =
        ClassifyMerge.task(options(MergeRule.MEAN, "", ONE))
            .begin("row", row -> item(chunks(scored(ABC, ONE, 0.5, 0.3, 0.2), cut)))
            .result();
    assertThat(((TaskResult.Failed<?>) result).code()).isEqualTo(TaskFailureCode.BUG);
    assertThat(options(MergeRule.MEAN, "", new Choice(false, 0.5, 0, 3)).ofChunk().choice())
        .isEqualTo(ONE);
  }
}
