package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.inference.SamplingParams;
import io.turnmill.model.SettingException;
import io.turnmill.runtime.RuntimeOptions.Budgets;
import io.turnmill.runtime.RuntimeOptions.Model;
import io.turnmill.runtime.RuntimeOptions.Prompts;
import io.turnmill.runtime.RuntimeOptions.Tuning;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkSession;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Extraction;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskResult;
import io.turnmill.task.merge.ExtractedAnswers;
import io.turnmill.task.merge.MergedSummary;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The tasks over chunks and their merges with a real model. */
class ChunkTasksTest {
  private static final String MODEL = "../samples/models/chat-mini";
  private static final SessionKey DOCUMENT = new SessionKey(Optional.empty(), "lease");
  private static final List<String> CHUNKS =
      List.of(
          "The lease runs for two years and begins on the first of May.",
          "Either side may end it with a notice of three months, in writing.",
          "It is governed by the law of the place in which the house stands.");

  private static RuntimeOptions options(TaskOptions task, int maxTokens, int maxModelLen) {
    return new RuntimeOptions(
        new Model(MODEL, "", "float32", "none", TestDevice.NAME),
        new Budgets(1, 4, 96, maxModelLen, 0, Tuning.DEFAULTS),
        Prompts.PLAIN,
        SamplingParams.greedy(maxTokens),
        false,
        List.of(),
        7,
        task);
  }

  private static TaskOptions extract(String prompt) {
    Map<String, String> questions = new LinkedHashMap<>();
    questions.put("term", "How long does it run?");
    questions.put("notice", "How can it be ended?");
    return new TaskOptions.Extract(questions, prompt, "NONE");
  }

  private static Chunk chunk(int number) {
    int from = 100 * number;
    Span span = new Span(from, from + CHUNKS.get(number).length());
    return new Chunk(number, span, 0, 15, 0, 0, List.of());
  }

  private static <R> R value(TaskResult<?> result, Class<R> type) {
    return type.cast(((TaskResult.Ok<?>) result).value());
  }

  /** What the task says of all chunks, and what its merge makes of that. */
  @SuppressWarnings("unchecked")
  private static List<TaskResult<?>> run(ModelRuntime runtime) throws Exception {
    List<ItemWork<Integer, ?>> works = new ArrayList<>();
    for (int i = 0; i < CHUNKS.size(); i++) {
      works.add(
          runtime
              .task()
              .begin(
                  i,
                  number ->
                      ChunkSession.of(DOCUMENT, chunk(number), CHUNKS.get(number), Map.of())));
    }
    Tasks.run(runtime.backend(), runtime.window(), works.iterator(), done -> {});
    List<TaskResult<?>> results = new ArrayList<>();
    works.forEach(work -> results.add(work.result()));
    List<ChunkAnswer<Object>> chunks = new ArrayList<>();
    for (int i = 0; i < CHUNKS.size(); i++) {
      chunks.add(new ChunkAnswer<>(chunk(i), CHUNKS.get(i), (TaskResult<Object>) results.get(i)));
    }
    ChunkedItem<Object> item = new ChunkedItem<>("lease", Map.of(), chunks);
    Task<ChunkedItem<Object>, ?> merge = (Task<ChunkedItem<Object>, ?>) runtime.merge();
    List<ItemWork<Integer, ?>> merged = List.of(merge.begin(0, row -> item));
    Tasks.run(runtime.backend(), runtime.window(), new ArrayList<>(merged).iterator(), done -> {});
    results.add(merged.get(0).result());
    return results;
  }

  @Test
  void questionsAboutAChunkShareItsCache() throws Exception {
    try (ModelRuntime runtime = ModelRuntime.load(options(extract(""), 6, 512))) {
      List<TaskResult<?>> results = run(runtime);

      List<?> ofChunk = value(results.get(0), Answers.class).answers();
      Extraction term = (Extraction) ofChunk.get(0);
      assertThat(term.question()).isEqualTo("term");
      assertThat(term.written().cachedTokens())
          .as("all but the question")
          .isGreaterThan(term.written().promptTokens() / 2);
      assertThat(value(results.get(CHUNKS.size()), ExtractedAnswers.class).asked()).isEqualTo(6);
    }
  }

  @Test
  void summariesAreMadeOfSummaries() throws Exception {
    try (ModelRuntime runtime =
        ModelRuntime.load(options(new TaskOptions.Summarise("", "", ""), 16, 512))) {
      List<TaskResult<?>> results = run(runtime);
      MergedSummary summary = value(results.get(CHUNKS.size()), MergedSummary.class);
      assertThat(summary.leftOut()).isEmpty();
      assertThat(summary.rounds()).isLessThanOrEqualTo(2);
      assertThat(summary.tokens().completion()).isPositive();
    }
  }

  @Test
  void templatesThatAreNoneAreNamedWithTheirSetting() {
    assertThatThrownBy(() -> check(extract("{% if %}")))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("extract.prompt: the template cannot be used: ");
    assertThatThrownBy(() -> check(new TaskOptions.Summarise("{{", "", "")))
        .hasMessageStartingWith("summarise.prompt: ");
    assertThatThrownBy(() -> check(new TaskOptions.Summarise("", "{{", "")))
        .hasMessageStartingWith("summarise.reduce_prompt: ");
    assertThatThrownBy(() -> check(new TaskOptions.Summarise("", "", "{{")))
        .hasMessageStartingWith("summarise.final_prompt: ");
  }

  private static void check(TaskOptions task) {
    try (DecoderFrontEnd front = DecoderFrontEnd.open(options(task, 16, 512))) {
      front.check();
    }
  }

  @Test
  void summariesOfWhichTwoMayNotFitAreRemarkedOn() {
    TaskOptions summarise = new TaskOptions.Summarise("", "", "");
    try (DecoderFrontEnd front = DecoderFrontEnd.open(options(summarise, 200, 512))) {
      assertThat(front.warnings()).anyMatch(of -> of.startsWith("sampling.max_tokens = 200: "));
    }
    try (DecoderFrontEnd front = DecoderFrontEnd.open(options(summarise, 100, 512))) {
      assertThat(front.warnings()).noneMatch(of -> of.startsWith("sampling.max_tokens"));
    }
  }
}
