package io.turnmill.task.merge;

import static io.turnmill.task.ChunksForTests.chunk;
import static io.turnmill.task.ChunksForTests.completion;
import static io.turnmill.task.ChunksForTests.failed;
import static io.turnmill.task.ChunksForTests.item;
import static io.turnmill.task.ChunksForTests.prompt;
import static io.turnmill.task.ChunksForTests.said;
import static io.turnmill.task.ChunksForTests.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.prompt.TextTemplate;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.ChunksForTests;
import io.turnmill.task.ItemWork;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskResult;
import io.turnmill.task.WrittenText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SummariseTaskTest {
  private static final int ROOM = 100;

  /** What the longer template writes besides summaries. */
  private static final int BESIDES = "last1:".length();

  /** What both write around each, with what is added for safety. */
  private static final int AROUND = "[]".length() + 4;

  private static SummariseTask task(String reduce, String last) {
    return task(reduce, last, false);
  }

  private static SummariseTask task(String reduce, String last, boolean alwaysLast) {
    return new SummariseTask(
        ChunksForTests.writer(TaskKind.SUMMARISE, ROOM),
        TextTemplate.parse("summarise.reduce_prompt", reduce),
        TextTemplate.parse("summarise.final_prompt", last),
        alwaysLast);
  }

  private static SummariseTask task() {
    String summaries = ":{% for summary in summaries %}[{{ summary }}]{% endfor %}";
    return task(
        "{{ document }}{{ round }}" + summaries, "last{{ summaries | length }}" + summaries);
  }

  private static ChunkedItem<Answers<WrittenText>> document(List<String> summaries) {
    return item(
        IntStream.range(0, summaries.size())
            .mapToObj(
                i ->
                    summaries.get(i).equals("FAILED")
                        ? ChunksForTests.<WrittenText>failed(chunk(i, i, i + 1, 0, 1), "x")
                        : said(chunk(i, i, i + 1, 0, 1), "x", List.of(written(summaries.get(i)))))
            .toList());
  }

  private static MergedSummary merged(List<String> summaries) {
    return ((TaskResult.Ok<MergedSummary>)
            ChunksForTests.results(task(), List.of(document(summaries)), SummariseTaskTest::model)
                .get(0))
        .value();
  }

  /** Says something short that depends on the whole prompt. */
  private static String model(String prompt) {
    return "s".repeat(1 + Math.floorMod(prompt.hashCode(), 20))
        + Integer.toHexString(prompt.hashCode());
  }

  /** The slow, obvious way. */
  private static String naive(List<String> texts, int round) {
    List<List<String>> groups = new ArrayList<>();
    int sum = ROOM;
    for (String text : texts) {
      int cost = text.length() + AROUND;
      if (sum + cost > ROOM - BESIDES) {
        groups.add(new ArrayList<>());
        sum = 0;
      }
      groups.get(groups.size() - 1).add(text);
      sum += cost;
    }
    if (groups.size() == 1) {
      return model("last" + texts.size() + ":" + bracketed(texts));
    }
    return naive(
        groups.stream()
            .map(
                group ->
                    group.size() == 1
                        ? group.get(0)
                        : model("doc" + round + ":" + bracketed(group)))
            .toList(),
        round + 1);
  }

  private static String bracketed(List<String> texts) {
    return "[" + String.join("][", texts) + "]";
  }

  @Provide
  static Arbitrary<List<String>> summaries() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .ofMinLength(1)
        .ofMaxLength(38)
        .list()
        .ofMinSize(2)
        .ofMaxSize(60);
  }

  @Property(tries = 200)
  void aReductionIsThatOfTheSlowWay(@ForAll("summaries") List<String> summaries) {
    assertThat(merged(summaries).text()).isEqualTo(naive(summaries, 1));
  }

  @Property(tries = 100)
  void whatIsAskedInTheFirstRoundDependsOnLengthsAlone(
      @ForAll("summaries") List<String> summaries) {
    List<String> others = summaries.stream().map(of -> "é".repeat(of.length())).toList();
    assertThat(lengths(summaries)).isEqualTo(lengths(others));
  }

  private static List<Integer> lengths(List<String> summaries) {
    return task().begin("row", row -> document(summaries)).next().stream()
        .map(request -> prompt(request).length())
        .toList();
  }

  @Test
  void aSingleSummaryIsAskedAboutWhereTheLastRoundIsWanted() {
    SummariseTask always =
        task("reduce", "last:{% for of in summaries %}[{{ of }}]{% endfor %}", true);
    MergedSummary of =
        ((TaskResult.Ok<MergedSummary>)
                ChunksForTests.results(
                        always,
                        List.of(document(List.of("FAILED", "only", " "))),
                        SummariseTaskTest::model)
                    .get(0))
            .value();
    assertThat(of.text()).isEqualTo(model("last:[only]"));
    assertThat(of.rounds()).isEqualTo(1);
    assertThat(of.requests()).isEqualTo(1);
  }

  @Test
  void aSingleSummaryIsTheResultAndNothingIsAsked() {
    ItemWork<String, MergedSummary> work =
        task().begin("row", row -> document(List.of("FAILED", "only", " ")));
    assertThat(work.next()).isEmpty();
    assertThat(work.done()).isTrue();
    MergedSummary of = ((TaskResult.Ok<MergedSummary>) work.result()).value();
    assertThat(of.text()).isEqualTo("only");
    assertThat(of.rounds()).isZero();
    assertThat(of.requests()).isZero();
    assertThat(of.leftOut()).containsExactly(0);
    assertThat(of.toString()).doesNotContain("only");
  }

  @Test
  void allGroupsOfARoundAreAskedAtOnceAndEachOnce() {
    List<String> summaries = IntStream.range(0, 40).mapToObj(i -> "summary number " + i).toList();
    ItemWork<String, MergedSummary> work = task().begin("row", row -> document(summaries));
    Set<Long> keys = new HashSet<>();
    int requests = 0;
    int rounds = 0;
    while (!work.done()) {
      List<Request> round = work.next();
      assertThat(work.hasYielded()).isFalse();
      assertThat(work.next()).isEmpty();
      assertThat(round).isNotEmpty();
      for (Request request : round) {
        assertThat(keys.add(((Generate) request).randomKey())).isTrue();
        work.accept(request, completion(request, model(prompt(request))));
      }
      requests += round.size();
      rounds++;
    }

    MergedSummary of = ((TaskResult.Ok<MergedSummary>) work.result()).value();
    assertThat(of.text()).isEqualTo(naive(summaries, 1));
    assertThat(of.rounds()).isEqualTo(rounds).isGreaterThan(2);
    assertThat(of.requests()).isEqualTo(requests);
    assertThat(of.tokens().prompt()).isGreaterThan(40 * 10);
  }

  @Test
  void chunksThatFailedAreLeftOutAndThoseThatWereCutShortAreNamed() {
    WrittenText cut = new WrittenText("cut", Optional.empty(), "length", 10, 0, 3, -1);
    List<ChunkAnswer<Answers<WrittenText>>> chunks =
        List.of(
            said(chunk(0, 0, 1, 0, 1), "x", List.of(written("one"))),
            failed(chunk(1, 1, 2, 0, 1), "x"),
            said(chunk(2, 2, 3, 0, 1), "x", List.of(cut)));
    List<String> prompts = new ArrayList<>();
    TaskResult<MergedSummary> result =
        ChunksForTests.results(
                task(),
                List.of(item(chunks)),
                prompt -> {
                  prompts.add(prompt);
                  return "both### and more";
                })
            .get(0);

    MergedSummary of = ((TaskResult.Ok<MergedSummary>) result).value();
    assertThat(prompts).containsExactly("last2:[one][cut]");
    assertThat(of.text()).isEqualTo("both");
    assertThat(of.leftOut()).containsExactly(1);
    assertThat(of.cutShort()).containsExactly(2);
    assertThat(of.cutShortRequests()).isZero();
  }

  @Test
  void aRequestThatFailsFailsTheItemWithItsCode() {
    List<String> summaries = IntStream.range(0, 40).mapToObj(i -> "summary number " + i).toList();
    AtomicInteger asked = new AtomicInteger();
    TaskResult<MergedSummary> result =
        ChunksForTests.<ChunkedItem<Answers<WrittenText>>, MergedSummary>outcomes(
                task(),
                List.of(document(summaries)),
                request ->
                    asked.incrementAndGet() == 3
                        ? new Outcome.Failure(Outcome.FailureCode.OUT_OF_MEMORY, "no memory")
                        : completion(request, "fine"))
            .get(0);
    assertThat(result)
        .isEqualTo(new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "no memory"));
  }

  @Test
  void twoSummariesThatDoNotFitOnePromptAreRejected() {
    ItemWork<String, MergedSummary> work =
        task().begin("row", row -> document(List.of("x".repeat(60), "y".repeat(60))));
    assertThat(work.next()).isEmpty();
    assertThat(work.result())
        .isEqualTo(
            new TaskResult.Rejected<>(
                RejectionCode.PROMPT_TOO_LONG,
                "two of 2 summaries do not fit one prompt, in which they may have 94 tokens"));
  }

  @Test
  void aTemplateThatCannotBeRenderedRejectsTheItem() {
    ItemWork<String, MergedSummary> work =
        task("{{ nobody.name.first }}", "{{ summaries }}")
            .begin("row", row -> document(List.of("a", "b")));
    assertThat(work.next()).isEmpty();
    assertThat(work.done()).isTrue();
    assertThat(((TaskResult.Rejected<?>) work.result()).code())
        .isEqualTo(RejectionCode.TEMPLATE_ERROR);
    assertThat(((TaskResult.Rejected<?>) work.result()).detail())
        .startsWith("summarise.reduce_prompt: ");
  }

  @Test
  void anItemThatCannotBeReadHasFailed() {
    ItemWork<String, MergedSummary> work =
        task()
            .begin(
                "row",
                row -> {
                  throw new IllegalArgumentException("secret");
                });
    assertThat(((TaskResult.Failed<?>) work.result()).detail())
        .isEqualTo("begin: java.lang.IllegalArgumentException");
  }

  @Test
  void anItemWithoutAnySummaryHasTheReasonOfOneOfItsChunks() {
    ItemWork<String, MergedSummary> work =
        task().begin("row", row -> document(List.of("FAILED", "FAILED")));
    assertThat(work.result())
        .isEqualTo(new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "no memory"));
  }
}
