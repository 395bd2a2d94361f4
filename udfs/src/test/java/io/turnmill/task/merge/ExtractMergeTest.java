package io.turnmill.task.merge;

import static io.turnmill.task.ChunksForTests.chunk;
import static io.turnmill.task.ChunksForTests.failed;
import static io.turnmill.task.ChunksForTests.item;
import static io.turnmill.task.ChunksForTests.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunksForTests;
import io.turnmill.task.Extraction;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskOptions.Extract;
import io.turnmill.task.TaskResult;
import io.turnmill.task.merge.ExtractedAnswers.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExtractMergeTest {
  private static final Extract OPTIONS = new Extract(questions(), "", "NONE");

  private static Map<String, String> questions() {
    Map<String, String> questions = new LinkedHashMap<>();
    questions.put("term", "How long?");
    questions.put("law", "Which law?");
    return questions;
  }

  /** Chunks of a text, each from a place on, and what was found in each by question. */
  private static final class Document {
    private final String text;
    private final List<ChunkAnswer<Answers<Extraction>>> chunks = new ArrayList<>();
    private int end;

    Document(String text) {
      this.text = text;
    }

    /** Adds a chunk. */
    Document chunk(int from, int to, Map<String, String> answers) {
      Chunk chunk =
          ChunksForTests.chunk(chunks.size(), from, to, Math.max(0, end - from), to - from);
      List<Extraction> all =
          questions().keySet().stream()
              .map(
                  name ->
                      new Extraction(
                          name,
                          answers.containsKey(name),
                          written(answers.getOrDefault(name, "NONE"))))
              .toList();
      chunks.add(ChunksForTests.said(chunk, text.substring(from, to), all));
      end = to;
      return this;
    }

    ExtractedAnswers merged() {
      return ((TaskResult.Ok<ExtractedAnswers>)
              ExtractMerge.task(OPTIONS).begin("row", row -> item(chunks)).result())
          .value();
    }
  }

  private static Map<String, String> term(String answer) {
    return Map.of("term", answer);
  }

  private static Optional<String> quoted(String text, Found found) {
    return found.span().map(span -> span.of(text));
  }

  @Test
  void anAnswerInAnOverlapIsCountedOnceWithItsPlace() {
    String text = "This agreement runs for two years. It is governed by the laws of Elbonia.";
    int from = text.indexOf("runs");
    int to = text.indexOf("It is");
    ExtractedAnswers of =
        new Document(text)
            .chunk(0, to, term("two years"))
            .chunk(from, text.length(), Map.of("term", "\"Two  years.\"", "law", "Elbonia"))
            .merged();

    assertThat(of.answers()).hasSize(2);
    Found term = of.answers().get(0);
    assertThat(term.question()).isEqualTo("term");
    assertThat(term.text()).isEqualTo("two years");
    assertThat(term.chunks()).containsExactly(0, 1);
    assertThat(term.chunkSpan()).isEqualTo(new Span(0, to));
    assertThat(quoted(text, term)).contains("two years");
    assertThat(of.answers().get(1).question()).isEqualTo("law");
    assertThat(quoted(text, of.answers().get(1))).contains("Elbonia");
    assertThat(of.asked()).isEqualTo(4);
    assertThat(of.unanswered()).isZero();
    assertThat(of.tokens().prompt()).isEqualTo(40);
    assertThat(term.toString()).doesNotContain("two");
  }

  @Test
  void anAnswerAtTwoPlacesIsTwoAnswersInOrder() {
    String text = "Fee: 5 euros. Something else stands here. Fee: 5 euros.";
    ExtractedAnswers of =
        new Document(text)
            .chunk(0, 30, term("5 euros"))
            .chunk(20, text.length(), term("5 euros"))
            .merged();

    assertThat(of.answers())
        .extracting(found -> found.span().orElseThrow().from())
        .containsExactly(5, text.lastIndexOf("5 euros"));
  }

  @Test
  void equalAnswersThatStandNowhereAreOneWhereChunksOverlap() {
    String text = "a".repeat(10) + " " + "b".repeat(10) + " " + "c".repeat(10);
    ExtractedAnswers of =
        new Document(text)
            .chunk(0, 15, term("about two years"))
            .chunk(12, 20, term("About two years."))
            .chunk(20, text.length(), term("about two years"))
            .merged();

    assertThat(of.answers()).hasSize(2);
    assertThat(of.answers().get(0).chunks()).containsExactly(0, 1);
    assertThat(of.answers().get(0).span()).isEmpty();
    assertThat(of.answers().get(1).chunks()).containsExactly(2);
    assertThat(of.answers().get(1).chunkSpan()).isEqualTo(new Span(20, text.length()));
  }

  @Test
  void anAnswerInChineseIsFoundOverLineBreaksAndOtherQuotationMarks() {
    String text = "第一条　合同期限为“二十四\n个月”，自签字之日起计算。适用法律：中华人民共和国法律。";
    int second = text.indexOf("自签字");
    ExtractedAnswers of =
        new Document(text)
            .chunk(0, second, term("“二十四个月”"))
            .chunk(
                text.indexOf("二十四"), text.length(), Map.of("term", "「二十四个月」", "law", "中华人民共和国法律。"))
            .merged();

    assertThat(of.answers()).hasSize(2);
    assertThat(quoted(text, of.answers().get(0))).contains("“二十四\n个月”");
    assertThat(of.answers().get(0).chunks()).containsExactly(0, 1);
    assertThat(quoted(text, of.answers().get(1))).contains("中华人民共和国法律。");
  }

  @Test
  void aNumberIsNotFoundWithinAnother() {
    String text = "Within 14 days, or 4 weeks; the LESSEE'S  agent pays.";
    ExtractedAnswers of =
        new Document(text)
            .chunk(0, text.length(), Map.of("term", "4", "law", "the Lessee’s agent"))
            .merged();
    assertThat(of.answers().get(0).span()).contains(new Span(19, 20));
    assertThat(quoted(text, of.answers().get(1))).contains("the LESSEE'S  agent");
  }

  @Test
  void whatFailedIsCountedAndLeftOut() {
    String text = "Two years.";
    Document document = new Document(text).chunk(0, text.length(), term("Two years"));
    document.chunks.add(failed(chunk(1, 5, text.length(), 5, 5), text.substring(5)));
    ExtractedAnswers of = document.merged();
    assertThat(of.answers()).hasSize(1);
    assertThat(of.asked()).isEqualTo(4);
    assertThat(of.unanswered()).isEqualTo(2);
  }

  @Test
  void anItemOfWhichAllChunksFailedHasFailed() {
    TaskResult<ExtractedAnswers> result =
        ExtractMerge.task(OPTIONS)
            .begin("row", row -> item(List.of(failed(chunk(0, 0, 1, 0, 1), "x"))))
            .result();
    assertThat(result)
        .isEqualTo(new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "no memory"));
  }
}
