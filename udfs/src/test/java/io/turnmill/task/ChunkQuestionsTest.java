package io.turnmill.task;

import static io.turnmill.task.ChunksForTests.chunk;
import static io.turnmill.task.ChunksForTests.completion;
import static io.turnmill.task.ChunksForTests.outcomes;
import static io.turnmill.task.ChunksForTests.prompt;
import static io.turnmill.task.ChunksForTests.results;
import static io.turnmill.task.ChunksForTests.writer;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.prompt.TextTemplate;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.task.TaskOptions.Extract;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is asked of single chunks by {@code extract} and {@code summarise}. */
class ChunkQuestionsTest {
  private static final String TEMPLATE =
      "{{ document }} {{ fields.kind }} {{ headings }}|{{ chunk }}|{{ name }}: {{ question }}"
          + " ({{ nothing }})";

  private static final Map<String, String> QUESTIONS = questions();

  private static Map<String, String> questions() {
    Map<String, String> questions = new LinkedHashMap<>();
    questions.put("term", "How long?");
    questions.put("law", "Which law?");
    return questions;
  }

  private static Session session(String document, int number, String text) {
    Chunk chunk =
        new Chunk(number, new Span(0, text.length()), 0, 1, 0, 0, List.of("1 Term", "1.2"));
    SessionKey key = new SessionKey(Optional.of("acme"), document);
    return ChunkSession.of(key, chunk, text, Map.of("kind", "contract"));
  }

  private static Task<Session, Answers<Extraction>> extract(String template, int room) {
    return ExtractQuestions.task(
        new Extract(QUESTIONS, "", "NONE"),
        writer(TaskKind.EXTRACT, room),
        TextTemplate.parse("extract.prompt", template));
  }

  private static <R> R value(TaskResult<R> result) {
    return ((TaskResult.Ok<R>) result).value();
  }

  @Test
  void eachQuestionIsPutToEachChunkOnce() {
    List<String> asked = new ArrayList<>();
    List<Session> chunks =
        IntStream.range(0, 30).mapToObj(i -> session("d", i, "text " + i)).toList();
    List<TaskResult<Answers<Extraction>>> results =
        results(
            extract(TEMPLATE, 1000),
            chunks,
            prompt -> {
              asked.add(prompt);
              return prompt.contains("law") ? "None." : "two years";
            });

    List<String> expected =
        IntStream.range(0, 30)
            .boxed()
            .flatMap(
                i ->
                    QUESTIONS.entrySet().stream()
                        .map(
                            of ->
                                "d contract 1 Term > 1.2|text "
                                    + i
                                    + "|"
                                    + of.getKey()
                                    + ": "
                                    + of.getValue()
                                    + " (NONE)"))
            .toList();
    assertThat(asked).containsExactlyInAnyOrderElementsOf(expected);
    for (TaskResult<Answers<Extraction>> result : results) {
      List<Extraction> answers = value(result).answers();
      assertThat(answers).extracting(Extraction::question).containsExactly("term", "law");
      assertThat(answers).extracting(Extraction::found).containsExactly(true, false);
      assertThat(answers.get(0).written().text()).isEqualTo("two years");
      assertThat(answers.get(0).written().finishReason()).isEqualTo("stop");
      assertThat(answers.toString()).doesNotContain("years");
    }
  }

  /** It was cut to fill the model's room, which has none for a role besides. */
  @Test
  void anEncoderIsShownTheTextOfAChunkAlone() {
    Session chunk = session("d", 0, "The term is two years.");
    assertThat(Unit.text(chunk, OptionalInt.empty())).isEqualTo("The term is two years.");

    Session session = new Session(chunk.key(), chunk.messages(), Map.of());
    assertThat(Unit.text(session, OptionalInt.empty())).isEqualTo("user: The term is two years.");
  }

  @Test
  void theUsualTemplatesAskWithTheQuestionLastAndTellTheWordForNothing() {
    Session chunk = session("d", 0, "租期为二十四个月。");
    List<Request> requests = extract(ChunkPrompts.EXTRACT, 1000).begin("row", row -> chunk).next();
    assertThat(requests).hasSize(2);
    String last = prompt(requests.get(0));
    String first = prompt(requests.get(1));
    assertThat(first)
        .contains("write NONE and nothing else.\n\nHeadings: 1 Term > 1.2\n\nText:\n租期为二十四个月。\n\n")
        .endsWith("Question: How long?");
    assertThat(last).endsWith("Question: Which law?");
    String head = first.substring(0, first.indexOf("How long?"));
    assertThat(last).startsWith(head);

    TextTemplate template = TextTemplate.parse("summarise.prompt", ChunkPrompts.SUMMARISE);
    Request summary =
        SummaryQuestions.task(writer(TaskKind.SUMMARISE, 1000), template)
            .begin("row", row -> chunk)
            .next()
            .get(0);
    assertThat(prompt(summary))
        .startsWith("Summarise the part")
        .contains("\n\nHeadings: 1 Term > 1.2\n\nText:\n")
        .endsWith("租期为二十四个月。");
  }

  @Test
  void randomNumbersDependOnDocumentChunkAndQuestion() {
    Set<Long> keys = new HashSet<>();
    for (String document : List.of("d", "e")) {
      for (int number : List.of(0, 1)) {
        List<Request> requests =
            extract(TEMPLATE, 1000).begin("row", row -> session(document, number, "text")).next();
        requests.forEach(request -> keys.add(((Generate) request).randomKey()));
        assertThat(
                extract(TEMPLATE, 1000)
                    .begin("row", row -> session(document, number, "text"))
                    .next())
            .extracting(request -> ((Generate) request).randomKey())
            .isEqualTo(requests.stream().map(request -> ((Generate) request).randomKey()).toList());
      }
    }
    assertThat(keys).hasSize(8);
  }

  @Test
  void aQuestionThatFailsIsNamedAndTheOthersHaveTheirAnswers() {
    TaskResult<Answers<Extraction>> result =
        outcomes(
                extract(TEMPLATE, 1000),
                List.of(session("d", 0, "text")),
                request ->
                    prompt(request).contains("law")
                        ? new Outcome.Failure(Outcome.FailureCode.NON_FINITE, "not finite")
                        : completion(request, "two years"))
            .get(0);
    assertThat(value(result).answers()).hasSize(1);
    assertThat(value(result).unanswered())
        .containsExactly(
            new Unanswered(
                0, Optional.of("law"), "non_finite_logits", "not finite", Optional.empty()));
  }

  @Test
  void aChunkThatDoesNotFitIsRejected() {
    TaskResult<Answers<Extraction>> result =
        results(extract(TEMPLATE, 50), List.of(session("d", 0, "t".repeat(100))), prompt -> "none")
            .get(0);
    assertThat(((TaskResult.Rejected<?>) result).code()).isEqualTo(RejectionCode.PROMPT_TOO_LONG);
  }

  @Test
  void aTemplateThatCannotBeRenderedIsNamed() {
    TaskResult<Answers<Extraction>> result =
        results(
                extract("{{ nobody.name.first }}", 50),
                List.of(session("d", 0, "text")),
                prompt -> "none")
            .get(0);
    TaskResult.Rejected<?> rejected = (TaskResult.Rejected<?>) result;
    assertThat(rejected.code()).isEqualTo(RejectionCode.TEMPLATE_ERROR);
    assertThat(rejected.detail()).startsWith("extract.prompt: ");
  }

  @Test
  void cachesTellStopStringsApart() {
    assertThat(extract(TEMPLATE, 50).scope()).contains("###");
    assertThat(chunk(0, 0, 4, 0, 1).overlap()).isZero();
  }
}
