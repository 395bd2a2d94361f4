package io.turnmill.task.ask;

import static io.turnmill.task.ask.AskModelsForTests.TEMPLATE;
import static io.turnmill.task.ask.AskModelsForTests.chunk;
import static io.turnmill.task.ask.AskModelsForTests.embedded;
import static io.turnmill.task.ask.AskModelsForTests.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Embedding;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskOptions.Ask;
import io.turnmill.task.TaskOptions.Retrieval;
import io.turnmill.task.TaskResult;
import io.turnmill.task.TaskResult.Failed;
import io.turnmill.task.TaskResult.Ok;
import io.turnmill.task.TaskResult.Rejected;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which chunks a model is shown with a question, and what becomes of its answer. */
class AskWorkTest {
  private final AskModelsForTests models = new AskModelsForTests(200);

  private static Ask ask(Retrieval retrieval, int k, int neighbours, String... questions) {
    return ask(retrieval, k, neighbours, TEMPLATE, List.of(questions));
  }

  /** Each question is named by its place. */
  private static Ask ask(
      Retrieval retrieval, int k, int neighbours, String template, List<String> questions) {
    Map<String, String> named = new LinkedHashMap<>();
    questions.forEach(question -> named.put("q" + named.size(), question));
    return new Ask(named, retrieval, k, neighbours, 3, template, "NONE", "");
  }

  private static AskedAnswers value(TaskResult<AskedAnswers> result) {
    return ((Ok<AskedAnswers>) result).value();
  }

  private AskedAnswers asked(Ask options, ChunkedItem<Answers<Embedding>> item) {
    return value(models.run(models.task(options, false), item));
  }

  private static List<Integer> given(AskedAnswer answer) {
    return answer.given().stream().map(GivenChunk::number).toList();
  }

  @Test
  void eachQuestionIsAskedWithTheChunksNearestToItInTheOrderOfTheDocument() {
    AskedAnswers answers =
        asked(ask(Retrieval.ENCODER, 2, 0, "xx", "z"), item("x", "y", "zy", "xy", "z"));

    assertThat(models.written).containsExactlyInAnyOrder("0:x;3:xy;?xx", "2:zy;4:z;?z");
    assertThat(given(answers.answers().get(0))).containsExactly(0, 3);
    assertThat(answers.answers().get(0).text()).isEqualTo("xx");
    assertThat(answers.answers().get(0).given().get(0).score().getAsDouble()).isEqualTo(1);
    assertThat(answers.answers().get(0).written().promptTokens())
        .isEqualTo("0:x;3:xy;?xx".length());
    assertThat(given(answers.answers().get(1))).containsExactly(2, 4);
    assertThat(answers.unanswered()).isEmpty();
  }

  @Test
  void theVectorsOfQuestionsAreAskedForOnceForAllItems() {
    AskTask<Answers<Embedding>> task = models.task(ask(Retrieval.ENCODER, 1, 0, "x", "y"), false);

    models.run(task, item("x", "y"));
    models.run(task, item("y", "x"));

    assertThat(models.encoded).containsExactlyInAnyOrder("x", "y");
    assertThat(models.written).hasSize(4);
  }

  @Test
  void aQuestionWithoutAVectorFailsAloneAndIsAskedForAgainWithTheNextItem() {
    AskTask<Answers<Embedding>> task = models.task(ask(Retrieval.ENCODER, 1, 0, "x!", "y"), false);

    AskedAnswers answers = value(models.run(task, item("x", "y")));
    models.broken = "nothing";
    AskedAnswers later = value(models.run(task, item("x", "y")));

    assertThat(answers.answers()).extracting(AskedAnswer::question).containsExactly("q1");
    assertThat(answers.unanswered())
        .extracting(of -> of.field().orElseThrow())
        .containsExactly("q0");
    assertThat(answers.unanswered().get(0).code()).isEqualTo("non_finite_logits");
    assertThat(later.answers()).hasSize(2);
  }

  @Test
  void aChunkWithoutAVectorIsNotFound() {
    ChunkedItem<Answers<Embedding>> item =
        new ChunkedItem<>(
            "id",
            Map.of(),
            List.of(
                chunk(0, "x", 0, new Failed<>(TaskFailureCode.OUT_OF_MEMORY, "none left")),
                chunk(1, "xy", 0, embedded("xy"))));

    assertThat(given(asked(ask(Retrieval.ENCODER, 2, 0, "x"), item).answers().get(0)))
        .containsExactly(1);
  }

  @Test
  void anItemNoneOfWhoseChunksHasAVectorHasTheirCode() {
    TaskResult<Answers<Embedding>> failed =
        new Failed<>(TaskFailureCode.OUT_OF_MEMORY, "none left");
    ChunkedItem<Answers<Embedding>> item =
        new ChunkedItem<>("id", Map.of(), List.of(chunk(0, "x", 0, failed)));

    assertThat(models.run(models.task(ask(Retrieval.ENCODER, 1, 0, "x"), false), item))
        .isEqualTo(new Failed<>(TaskFailureCode.OUT_OF_MEMORY, "none left"));
  }

  @Test
  void neighboursAreShownWithoutWhatTheyShareWithTheChunkBefore() {
    ChunkedItem<Answers<Embedding>> item =
        new ChunkedItem<>(
            "id",
            Map.of(),
            List.of(
                chunk(0, "y one", 0, embedded("y")),
                chunk(1, "one x two", 3, embedded("x")),
                chunk(2, "two y", 3, embedded("y")),
                chunk(3, "y", 0, embedded("y"))));

    AskedAnswer answer = asked(ask(Retrieval.ENCODER, 1, 1, "x"), item).answers().get(0);

    assertThat(models.written).containsExactly("0:y one;1: x two;2: y;?x");
    assertThat(answer.given().get(0).score()).as("a neighbour").isEmpty();
    assertThat(answer.given().get(1).score()).isPresent();
  }

  @Test
  void whatDoesNotFitIsLeftOutFromTheLeastWantedOn() {
    AskModelsForTests small = new AskModelsForTests("0:xy;2:x;?x".length());
    AskedAnswer answer =
        value(
                small.run(
                    small.task(ask(Retrieval.ENCODER, 3, 1, "x"), false),
                    item("xy", "y", "x", "xyy")))
            .answers()
            .get(0);

    assertThat(small.written).containsExactly("0:xy;2:x;?x");
    assertThat(given(answer)).containsExactly(0, 2);
    assertThat(answer.dropped()).containsExactly(1, 3);
  }

  @Test
  void aQuestionForWhichNotOneChunkFitsIsRejected() {
    AskModelsForTests small = new AskModelsForTests(5);
    TaskResult<AskedAnswers> result =
        small.run(small.task(ask(Retrieval.FIRST, 2, 0, "x"), false), item("xxxx", "xxxx"));

    assertThat(result).isInstanceOf(Rejected.class);
    assertThat(((Rejected<AskedAnswers>) result).code()).isEqualTo(RejectionCode.PROMPT_TOO_LONG);
    assertThat(small.written).isEmpty();
  }

  @Test
  void aRerankerHasTheLastWordAmongTheCandidates() {
    AskedAnswers answers =
        value(
            models.run(
                models.task(ask(Retrieval.ENCODER, 1, 0, "x"), true),
                item("x 1", "xy 7", "y 9", "xyy 3")));

    assertThat(models.compared).containsExactlyInAnyOrder("x|x 1", "x|xy 7", "x|xyy 3");
    assertThat(given(answers.answers().get(0))).containsExactly(1);
    assertThat(answers.answers().get(0).given().get(0).score().getAsDouble()).isEqualTo(7);
  }

  @Test
  void aCandidateThatTheRerankerCannotCompareIsLeftOutUnlessItIsTheLast() {
    AskTask<Answers<Embedding>> task = models.task(ask(Retrieval.ENCODER, 1, 0, "x"), true);

    assertThat(given(value(models.run(task, item("x 1", "x 7!"))).answers().get(0)))
        .containsExactly(0);
    assertThat(models.run(task, item("x 1!", "x 7!")))
        .isEqualTo(new Failed<>(TaskFailureCode.NON_FINITE_LOGITS, "broken"));
  }

  @Test
  void withoutAnEncoderSharedWordsDecideOrTheFirstChunksAreTaken() {
    ChunkedItem<Answers<Embedding>> item = item("the rent is due", "the term ends", "rent, term");

    AskedAnswer byWords =
        asked(ask(Retrieval.WORDS, 1, 0, "When ends the TERM"), item).answers().get(0);
    AskedAnswer first = asked(ask(Retrieval.FIRST, 2, 0, "term"), item).answers().get(0);

    assertThat(given(byWords)).containsExactly(1);
    assertThat(byWords.given().get(0).score().getAsDouble()).isPositive();
    assertThat(given(first)).containsExactly(0, 1);
    assertThat(first.given().get(0).score()).isEmpty();
    assertThat(models.encoded).isEmpty();
  }

  @Test
  void anAnswerOfNoneIsNoAnswer() {
    AskedAnswer answer = asked(ask(Retrieval.FIRST, 1, 0, " “None.”"), item("x")).answers().get(0);

    assertThat(answer.found()).isFalse();
    assertThat(answer.text()).isEmpty();
    assertThat(answer.written().text()).isEqualTo(" “None.”");
  }

  @Test
  void aModelThatFailsOneQuestionAnswersTheOthers() {
    AskedAnswers answers = asked(ask(Retrieval.FIRST, 1, 0, "a!", "b"), item("x"));

    assertThat(answers.answers()).extracting(AskedAnswer::text).containsExactly("b");
    assertThat(answers.unanswered())
        .extracting(of -> of.field().orElseThrow())
        .containsExactly("q0");
  }

  @Test
  void anItemThatCannotBeReadFailsAlone() {
    AskTask<Answers<Embedding>> task = models.task(ask(Retrieval.FIRST, 1, 0, "a"), false);

    TaskResult<AskedAnswers> result =
        models.run(
            task.begin(
                "row",
                row -> {
                  throw new IllegalArgumentException(row);
                }));

    assertThat(((Failed<AskedAnswers>) result).code()).isEqualTo(TaskFailureCode.INTERNAL_ERROR);
  }

  @Test
  void theDefaultTemplateShowsNumbersTextAndQuestionAndNothingOfATemplateInADocument() {
    Ask options = ask(Retrieval.FIRST, 2, 0, "", List.of("What is {{ it }}?"));
    AskModelsForTests large = new AskModelsForTests(1000);

    large.run(large.task(options, false), item("The {% rent %}.", "It is due."));

    assertThat(large.written.get(0))
        .startsWith("Answer a question from excerpts of a document, and from nothing else. Give")
        .endsWith(
            "answer NONE.\n\nExcerpt 0:\nThe {% rent %}.\n\nExcerpt 1:\nIt is due.\n\nQuestion: What is {{ it }}?");
  }

  @Test
  void aTemplateThatIsNoneIsToldOfWithItsPlace() {
    Ask options = ask(Retrieval.FIRST, 1, 0, "{% if %}", List.of("a"));

    assertThatThrownBy(() -> AskTask.check(options))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("line 1");
  }
}
