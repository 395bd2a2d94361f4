package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Variants change settings as a settings file gives them, and are checked like these. */
class VariantsSettingsTest {
  @TempDir Path folder;

  private List<VariantConfig> variants(String text, Assignment... more) {
    return VariantConfig.of(new SettingsForTests(folder).load(text, more));
  }

  private List<String> problems(String text, Assignment... more) {
    return new SettingsForTests(folder)
        .problems(text, more).stream()
            .map(problem -> problem.replaceFirst("^.*?job\\.conf: \\d+: ", ""))
            .toList();
  }

  @Test
  void withoutVariantsThereIsOneWithoutAName() {
    List<VariantConfig> variants = variants("sampling.top_p = 0.5");
    assertThat(variants).hasSize(1);
    assertThat(variants.get(0).name()).isEmpty();
    assertThat(variants.get(0).config().sampling().topP()).isEqualTo(0.5);
  }

  @Test
  void eachHasTheCommonSettingsWithItsOwnChangesNestedOrDotted() {
    List<VariantConfig> variants =
        variants(
            """
            sampling.top_p = 0.5
            prompt.template_kwargs { a = 1 }
            variants {
              plain {}
              other { model { path = models/other, dtype = float32 } }
              bold { sampling.temperature = 0.8, prompt { template_kwargs { b = { c = 2 } } } }
            }
            """,
            Assignment.parse("variants.bold.sampling.top_k=7"),
            Assignment.parse("variants.plain.sampling.stop=[a, b]"),
            Assignment.parse("variants.plain.prompt.template_kwargs.deep=true"));
    assertThat(variants).extracting(VariantConfig::name).containsExactly("bold", "other", "plain");
    JobConfig bold = variants.get(0).config();
    assertThat(bold.sampling().temperature()).isEqualTo(0.8);
    assertThat(bold.sampling().topP()).isEqualTo(0.5);
    assertThat(bold.sampling().topK()).isEqualTo(7);
    assertThat(bold.prompt().templateKwargs()).isEqualTo(Map.of("b", Map.of("c", 2)));
    assertThat(bold.variants()).isEmpty();
    assertThat(variants.get(0).changes())
        .containsOnlyKeys("prompt.template_kwargs", "sampling.temperature", "sampling.top_k");
    JobConfig other = variants.get(1).config();
    assertThat(other.model().path()).isEqualTo("models/other");
    assertThat(other.model().dtype()).isEqualTo(ModelConfig.Dtype.FLOAT32);
    assertThat(variants.get(1).changes()).containsEntry("model.dtype", "float32");
    JobConfig plain = variants.get(2).config();
    assertThat(plain.sampling().temperature()).isZero();
    assertThat(plain.sampling().stop()).containsExactly("a", "b");
    assertThat(plain.prompt().templateKwargs()).isEqualTo(Map.of("deep", "true"));
  }

  @Test
  void allVariantsCanBeWrittenOutOnTheCommandLine() {
    List<VariantConfig> variants =
        variants("", Assignment.parse("variants={a {}, b { sampling.temperature = 0.5 }}"));
    assertThat(variants).extracting(VariantConfig::name).containsExactly("a", "b");
    assertThat(variants.get(1).config().sampling().temperature()).isEqualTo(0.5);
  }

  @Test
  void theProblemsOfAllVariantsAreReportedTogether() {
    assertThat(
            problems(
                """
                variants {
                  a { sampling { top_p = 1.5, temprature = 1 } }
                  b { task.kind = replay, sampling = hot }
                  "b c" {}
                  d = 3
                }
                """))
        .containsExactlyInAnyOrder(
            "variants.a.sampling.top_p: must be a number above 0 up to 1, but is '1.5'",
            "variants.a.sampling.temprature: unknown setting; did you mean sampling.temperature?",
            "variants.b.task: unknown setting",
            "variants.b.sampling: must be a group of settings, such as"
                + " { sampling.temperature = 0.8 }",
            "variants.b c: the name of a variant has letters, digits, _ and -",
            "variants.d: must be a group of settings, such as { sampling.temperature = 0.8 }");
    assertThat(problems("variants = many"))
        .hasSize(1)
        .first()
        .asString()
        .contains("variants: must");
    assertThat(problems("", Assignment.parse("variants.a.task.kind=embed")))
        .containsExactly(
            "--set: variants.a.task.kind: is the same for all variants; they may differ in the"
                + " model, the prompt and sampling");
  }

  @Test
  void aContradictionIsToldWithTheVariantsThatHaveIt() {
    assertThat(problems("variants { a { sampling.n = 2 }, b {} }"))
        .containsExactly(
            "variants.a: sampling.n: 2 replies to a prompt would all be the same, as"
                + " sampling.temperature is 0");
    assertThat(problems("sampling.n = 2\nvariants { a {}, b {} }"))
        .containsExactly(
            "sampling.n: 2 replies to a prompt would all be the same, as sampling.temperature is"
                + " 0");
    assertThat(variants("sampling.n = 2\nvariants { a { sampling.temperature = 1 } }")).hasSize(1);
  }

  @Test
  void theModelOfAllVariantsMayBeLeftOutIfEachNamesItsOwn() {
    String text =
        """
        input.paths = in
        output.path = out
        variants { a { model.path = one }, b { model.path = two } }
        """;
    Path file = new SettingsForTests(folder).file(text);
    JobConfig config = SettingsLoader.load(Optional.of(file), List.of());
    assertThat(VariantConfig.of(config))
        .extracting(variant -> variant.config().model().path())
        .containsExactly("one", "two");
  }

  @Test
  void whereAModelLiesIsNoPartOfTheRunsIdentityAndWhatItIsAskedIs() {
    String one =
        new SettingsForTests(folder).load("variants { a { model.path = one } }").identity();
    String two =
        new SettingsForTests(folder).load("variants { a { model.path = two } }").identity();
    String hot =
        new SettingsForTests(folder)
            .load("variants { a { model.path = two, sampling.temperature = 1 } }")
            .identity();
    assertThat(one).isEqualTo(two).isNotEqualTo(hot);
  }

  @Test
  void settingsOfAVariantThatMayBeSecretAreMaskedAndOthersAreNot() {
    JobConfig config =
        new SettingsForTests(folder)
            .load(
                """
                variants { a {
                  sampling.stop_token_ids = [7]
                  prompt.template_kwargs { api_key = hush }
                  model.path = "s3a://user:hush@bucket/model"
                } }
                """);
    assertThat(config.toJson()).contains("\"sampling.stop_token_ids\":[7]").doesNotContain("hush");
    assertThat(VariantConfig.of(config).get(0).changes().toString()).doesNotContain("hush");
  }

  @Test
  void aSecondModelIsForTasksThatHaveAConfidence() {
    assertThat(problems("cascade.path = big\ntask.kind = embed"))
        .containsExactly(
            "cascade.path: task.kind = embed has no confidence by which a second model could be"
                + " asked");
    JobConfig config = new SettingsForTests(folder).load("cascade { path = big, dtype = float32 }");
    assertThat(config.ofSecondModel(List.of()).model().path()).isEqualTo("big");
    assertThat(config.ofSecondModel(List.of()).model().dtype())
        .isEqualTo(ModelConfig.Dtype.FLOAT32);
    assertThat(config.model().path()).isEqualTo("m");
  }
}
