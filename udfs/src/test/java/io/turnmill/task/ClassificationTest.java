package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.task.Classification.LabelScore;
import io.turnmill.task.Classification.Scored;
import io.turnmill.task.Classification.Work;
import io.turnmill.task.TaskOptions.Choice;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ClassificationTest {
  private static final List<String> LABELS = List.of("refund", "praise", "other");
  private static final Work WORK = new Work(10, 0, 10, 0, 0);

  private static Classification of(List<String> labels, double[] scores, Choice choice) {
    return Classification.of(OptionalInt.of(3), Scored.of(labels, scores, true), choice, WORK);
  }

  @Test
  void theGreatestScoreChoosesTheOnlyLabel() {
    Classification of = of(LABELS, new double[] {0.2, 0.5, 0.3}, new Choice(false, 0.5, 0, 0));
    assertThat(of.label()).contains("praise");
    assertThat(of.labels()).containsExactly("praise");
    assertThat(of.score()).isEqualTo(OptionalDouble.of(0.5));
    assertThat(of.unsure()).isFalse();
    assertThat(of.value()).as("the labels are not numbers").isEmpty();
    assertThat(of.scores())
        .containsExactly(
            new LabelScore("praise", 0.5),
            new LabelScore("other", 0.3),
            new LabelScore("refund", 0.2));
  }

  @Test
  void aScoreBelowTheBoundIsUnsureAndStillHasItsLabel() {
    Classification of = of(LABELS, new double[] {0.2, 0.5, 0.3}, new Choice(false, 0.5, 0.51, 2));
    assertThat(of.unsure()).isTrue();
    assertThat(of.label()).contains("praise");
    assertThat(of.scores()).hasSize(2);
  }

  @Test
  void ofSeveralLabelsThoseApplyThatReachTheThreshold() {
    Choice choice = new Choice(true, 0.5, 0, 0);
    Classification of = of(LABELS, new double[] {0.5, 0.9, 0.49}, choice);
    assertThat(of.labels()).containsExactly("praise", "refund");
    assertThat(of.label()).contains("praise");
    Classification none = of(LABELS, new double[] {0.1, 0.2, 0.3}, choice);
    assertThat(none.labels()).isEmpty();
    assertThat(none.label()).isEmpty();
    assertThat(none.score()).isEmpty();
    assertThat(none.unsure()).isFalse();
  }

  @Test
  void labelsThatAreNumbersHaveTheirMean() {
    Classification of =
        of(
            List.of("1", "2", "3", "4"),
            new double[] {0.1, 0.2, 0.3, 0.4},
            new Choice(false, 0.5, 0, 1));
    assertThat(of.value().orElseThrow()).isCloseTo(0.1 + 0.4 + 0.9 + 1.6, within(1e-12));
    assertThat(of.scores()).as("top_k leaves the mean alone").hasSize(1);
  }

  @Test
  void whatOnlyJavaReadsAsANumberHasNoMean() {
    Choice choice = new Choice(false, 0.5, 0, 0);
    double[] halves = {0.5, 0.5};
    for (String label : List.of("NaN", "Infinity", "1d", "0x1p3", "1e3", " 2", "")) {
      assertThat(of(List.of("1", label), halves, choice).value()).as(label).isEmpty();
    }
    assertThat(of(List.of("-1", "+2.5"), halves, choice).value().orElseThrow())
        .isCloseTo(0.75, within(1e-12));
  }

  @Test
  void scoresThatAreNoSharesHaveNoMean() {
    Classification of =
        Classification.of(
            OptionalInt.of(3),
            Scored.of(List.of("1", "2"), new double[] {0.9, 0.8}, false),
            new Choice(false, 0.5, 0, 0),
            WORK);
    assertThat(of.value()).isEmpty();
    assertThat(of.label()).contains("1");
  }
}
