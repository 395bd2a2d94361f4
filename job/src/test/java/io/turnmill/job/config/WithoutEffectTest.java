package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that a run passes over are named, with the reason. */
class WithoutEffectTest {
  @TempDir Path folder;

  private JobConfig config(String text) {
    return new SettingsForTests(folder).load(text);
  }

  private List<String> ofWriter(String text) {
    return WithoutEffect.in(config(text), true, false);
  }

  private List<String> ofEncoder(String text) {
    return WithoutEffect.in(config(text), false, true);
  }

  @Test
  void whatAppliesOrIsLeftAtItsDefaultIsNotNamed() {
    String reply =
        """
        task.kind = reply
        sampling { max_tokens = 9, temperature = 0.5 }
        prompt.system_prompt = "Be kind."
        check.too_long = cut_left
        classify.top_k = 0
        """;
    assertThat(ofWriter(reply)).isEmpty();
    assertThat(ofEncoder("task.kind = classify, classify.too_long = cut")).isEmpty();
    assertThat(ofEncoder("task.kind = classify")).isEmpty();
  }

  @Test
  void samplingHasNoEffectWhereNothingIsWritten() {
    assertThat(ofWriter("task.kind = score, sampling { max_tokens = 9, top_k = 3 }"))
        .containsExactly(
            "sampling.top_k, sampling.max_tokens have no effect: the task writes nothing.");
  }

  @Test
  void promptsAndTheirLengthHaveNoEffectOnEncoders() {
    String text = "prompt.system_prompt = a, check.too_long = cut_left\n";
    List<String> both =
        List.of(
            "check.too_long has no effect: it is for prompts; texts of encoders have"
                + " classify.too_long and embed.too_long.",
            "prompt.system_prompt has no effect: only a model that writes text is asked by a"
                + " prompt.");
    assertThat(ofEncoder(text + "task.kind = classify")).containsExactlyElementsOf(both);
    assertThat(ofWriter(text + "task.kind = embed"))
        .as("a model that writes text is an encoder, too")
        .containsExactlyElementsOf(both);
    assertThat(WithoutEffect.in(config(text + "task.kind = classify"), true, true))
        .as("of a cascade one model is asked by a prompt")
        .isEmpty();
  }

  @Test
  void settingsOfOneTaskOrOneKindOfLabelsHaveNoEffectElsewhere() {
    assertThat(ofWriter("embed.dimensions = 8, score.logprobs = true, classify.too_long = cut"))
        .containsExactlyInAnyOrder(
            "classify.too_long has no effect: it is for task.kind = classify.",
            "embed.dimensions has no effect: it is for tasks that make vectors.",
            "score.logprobs has no effect: it is for task.kind = score.");
    assertThat(
            ofWriter(
                """
                task.kind = classify
                classify { labels = [a, b], too_long = cut, threshold = 0.4 }
                """))
        .containsExactlyInAnyOrder(
            "classify.too_long has no effect: it is for encoders; prompts of models that write text"
                + " have check.too_long.",
            "classify.threshold has no effect: it is for classify.multi_label and classify.merge ="
                + " any.");
    assertThat(
            ofWriter(
                """
                task.kind = classify
                classify { labels = [a, b], multi_label = true, threshold = 0.4, unsure_below = 0.2 }
                """))
        .containsExactly(
            "classify.unsure_below has no effect: with classify.multi_label there is not one score"
                + " that could be unsure.");
  }
}
