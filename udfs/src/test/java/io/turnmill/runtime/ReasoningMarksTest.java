package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.inference.ThinkingBudget;
import io.turnmill.model.ModelException;
import io.turnmill.prompt.ChatTemplates;
import io.turnmill.task.ReasoningMarkers;
import io.turnmill.task.ReasoningMarkers.Marker;
import io.turnmill.testing.SharedData;
import io.turnmill.testing.Tokenizers;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the marks of a model's reasoning come from. */
class ReasoningMarksTest {
  private static HuggingFaceFileTokenizer tokenizer;

  /** It has no tokens for the usual marks. */
  private static HuggingFaceFileTokenizer other;

  @BeforeAll
  static void load(@TempDir Path parent) {
    Path folder = Tokenizers.folder("byte-level", parent);
    tokenizer = HuggingFaceFileTokenizer.load(folder.resolve("tokenizer.json"));
    Path without = Tokenizers.folder("sentence-pieces", parent);
    other = HuggingFaceFileTokenizer.load(without.resolve("tokenizer.json"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    other.close();
  }

  @Test
  void aTemplateThatWritesBothMarksNamesThem() {
    String template = "{{ content.split('</think>')[-1] }}<think>\n";
    assertThat(ReasoningMarks.of("auto", template, other))
        .contains(
            new ReasoningMarkers(
                new Marker("<think>", OptionalInt.empty()),
                new Marker("</think>", OptionalInt.empty())));
    assertThat(ReasoningMarks.of("auto", "{{ content }}</think>", other)).isEmpty();
    assertThat(ReasoningMarks.of("none", template, tokenizer)).isEmpty();
  }

  @Test
  void soDoesATokenizerThatHasBothAsTokens() {
    ReasoningMarkers marks = ReasoningMarks.of("auto", "{{ content }}", tokenizer).orElseThrow();
    assertThat(marks.start()).isEqualTo(new Marker("<think>", OptionalInt.of(2405)));
    assertThat(marks.end()).isEqualTo(new Marker("</think>", OptionalInt.of(2406)));
    assertThat(ReasoningMarks.of("auto", "{{ content }}", other)).isEmpty();
  }

  @Test
  void marksOfTheSettingsAreTokensWhereTheModelHasThem() {
    ReasoningMarkers marks = ReasoningMarks.of("<a>, <|im_end|>", "", tokenizer).orElseThrow();
    assertThat(marks.start()).isEqualTo(new Marker("<a>", OptionalInt.empty()));
    assertThat(marks.end().text()).isEqualTo("<|im_end|>");
    assertThat(marks.end().id()).isPresent();
  }

  @Test
  void aBudgetIsEndedByTheTokenOfTheMarkOrByThoseOfItsText() {
    ReasoningMarkers marks =
        ReasoningMarks.of("<|im_start|>,<|im_end|>", "", tokenizer).orElseThrow();
    assertThat(ReasoningMarks.budget(9, Optional.of(marks), tokenizer))
        .isEqualTo(new ThinkingBudget(9, List.of(marks.end().id().getAsInt())));

    TokenIds text = tokenizer.encode("</b>");
    ReasoningMarkers written = ReasoningMarks.of("<b>,</b>", "", tokenizer).orElseThrow();
    assertThat(ReasoningMarks.budget(9, Optional.of(written), tokenizer))
        .isEqualTo(new ThinkingBudget(9, IntStream.of(text.toArray()).boxed().toList()));
    assertThat(ReasoningMarks.budget(0, Optional.of(written), tokenizer))
        .isEqualTo(ThinkingBudget.UNLIMITED);
  }

  @Test
  void aBudgetForAModelThatDoesNotReasonIsRefused() {
    assertThatThrownBy(() -> ReasoningMarks.budget(9, Optional.empty(), tokenizer))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("sampling.thinking_budget limits reasoning, but neither")
        .hasMessageEndingWith("name them with prompt.reasoning");
  }

  /** Qwen 2.5 does not reason; DeepSeek's distillation of R1 into it does. */
  @Test
  @SharedData.Needed
  void publishedModelsAreToldApart(@TempDir Path parent) {
    assertThat(found(Tokenizers.DEEPSEEK, parent).orElseThrow().end().id()).hasValue(151649);
    assertThat(found(Tokenizers.QWEN, parent)).isEmpty();
  }

  private static Optional<ReasoningMarkers> found(String name, Path parent) {
    Path folder = Tokenizers.folder(name, parent);
    try (HuggingFaceFileTokenizer published =
        HuggingFaceFileTokenizer.load(folder.resolve("tokenizer.json"))) {
      String template = ChatTemplates.find(folder).choose(Optional.empty(), false);
      return ReasoningMarks.of("auto", template, published);
    }
  }
}
