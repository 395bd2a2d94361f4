package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.model.GenerationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model's folder recommends becomes the default of settings, where that is wanted. */
class ModelSamplingTest {
  private static final String QWEN =
      """
      {"do_sample": true, "temperature": 0.7, "top_p": 0.8, "top_k": 20, "min_p": 0.05,
       "repetition_penalty": 1.05, "max_new_tokens": 2048, "num_beams": 4}
      """;

  @TempDir Path folder;

  private JobConfig given(String... settings) {
    return new SettingsForTests(folder)
        .load("", Stream.of(settings).map(Assignment::parse).toArray(Assignment[]::new));
  }

  private GenerationConfig generation(String json) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), json);
    return GenerationConfig.read(folder);
  }

  private JobConfig effective(String json, String... settings) throws IOException {
    return ModelSampling.effective(given(settings), generation(json), "the file");
  }

  private List<String> problems(String json, String... settings) throws IOException {
    try {
      effective(json, settings);
    } catch (SetupException e) {
      return e.problems();
    }
    throw new AssertionError("no problem found");
  }

  @Test
  void everythingThatTheFolderRecommendsIsTheDefaultAndWhatIsSetWins() throws IOException {
    SamplingConfig sampling =
        effective(QWEN, "sampling.from=model", "sampling.top_k=0", "sampling.max_tokens=128")
            .sampling();
    assertThat(sampling.temperature()).isEqualTo(0.7);
    assertThat(sampling.topP()).isEqualTo(0.8);
    assertThat(sampling.topK()).as("set, if only to its default").isZero();
    assertThat(sampling.minP()).isEqualTo(0.05);
    assertThat(sampling.repetitionPenalty()).isEqualTo(1.05);
    assertThat(sampling.maxTokens()).isEqualTo(128);
    assertThat(effective(QWEN, "sampling.from=model").sampling().maxTokens()).isEqualTo(2048);
  }

  @Test
  void nothingIsTakenUnlessItIsWantedHoweverWrong() throws IOException {
    assertThat(effective(QWEN)).isEqualTo(given());
    assertThat(effective("{\"temperature\": -1, \"top_p\": \"x\"}")).isEqualTo(given());
  }

  @Test
  void nothingIsTakenForATaskThatWritesNothing() throws IOException {
    String[] settings = {
      "sampling.from=model", "task.kind=score", "engine.max_model_len=128", "sampling.min_tokens=9"
    };
    assertThat(effective(QWEN, settings)).isEqualTo(given(settings));
    assertThat(effective("{\"temperature\": -1}", settings)).isEqualTo(given(settings));
  }

  /** Without {@code do_sample} the temperature counts, as in vLLM. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                          | 0
          {"temperature": 0}                          | 0
          {"temperature": 0.6}                        | 0.6
          {"do_sample": true}                         | 1
          {"do_sample": true, "temperature": 0.6}     | 0.6
          {"do_sample": false}                        | 0
          {"do_sample": false, "temperature": 0.6}    | 0
          {"do_sample": null, "temperature": null}    | 0
          """)
  void greedyIsAFolderThatSaysSo(String json, double temperature) throws IOException {
    assertThat(effective(json, "sampling.from=model").sampling().temperature())
        .isEqualTo(temperature);
    assertThat(
            effective(json, "sampling.from=model", "sampling.temperature=0.3")
                .sampling()
                .temperature())
        .isEqualTo(0.3);
  }

  @Test
  void allTokensMayBeWrittenAsMinusOne() throws IOException {
    assertThat(effective("{\"top_k\": -1}", "sampling.from=model").sampling().topK()).isZero();
  }

  @Test
  void everyWrongValueIsNamedWithItsKey() throws IOException {
    String wrong =
        """
        {"do_sample": "yes", "temperature": -1, "top_p": 0, "top_k": 2.5, "min_p": "0.1",
         "repetition_penalty": [1], "max_new_tokens": 0}
        """;
    assertThat(problems(wrong, "sampling.from=model"))
        .containsExactly(
            "temperature must be a number from 0, but is '-1'",
            "top_p must be a number above 0 up to 1, but is '0'",
            "top_k must be a whole number from 0, but is '2.5'",
            "min_p must be a number from 0 to 1, but is '\"0.1\"'",
            "repetition_penalty must be a number from 0.01 to 100, but is '[1]'",
            "max_new_tokens must be a whole number from 1, but is '0'",
            "do_sample must be true or false, but is \"yes\"");
    assertThatThrownBy(() -> effective("{\"top_p\": 2}", "sampling.from=model"))
        .isInstanceOf(SetupException.class)
        .hasMessageStartingWith(
            "model.path: the file recommends what cannot be used; set other values, or sampling.from ="
                + " turnmill:\n");
    assertThat(
            effective("{\"top_p\": 2}", "sampling.from=model", "sampling.top_p=0.5")
                .sampling()
                .topP())
        .as("a value that is set takes the place of a wrong one")
        .isEqualTo(0.5);
  }

  @Test
  void contradictionsAreLookedForInWhatTakesEffect() throws IOException {
    String[] several = {"sampling.from=model", "sampling.n=2"};
    assertThat(effective("{\"temperature\": 0.7}", several).sampling().n()).isEqualTo(2);
    assertThat(problems("{\"do_sample\": false}", several))
        .singleElement()
        .asString()
        .contains("sampling.n: 2 replies to a prompt would all be the same");
    assertThat(problems("{\"max_new_tokens\": 5}", "sampling.from=model", "sampling.min_tokens=9"))
        .containsExactly("sampling.min_tokens: 9 is more than sampling.max_tokens, which is 5");
  }

  @Test
  void theIdentityHoldsTheValuesAndNotWhereTheyComeFrom() throws IOException {
    String json = "{\"temperature\": 0.7, \"max_new_tokens\": 64}";
    JobConfig recommended = effective(json, "sampling.from=model");
    assertThat(recommended.identity())
        .isEqualTo(given("sampling.temperature=0.7", "sampling.max_tokens=64").identity())
        .isNotEqualTo(given().identity())
        .isNotEqualTo(effective("{\"temperature\": 0.8}", "sampling.from=model").identity());
    assertThat(recommended.resultSettings()).containsEntry("sampling.temperature", "0.7");
    assertThat(recommended.toTable()).containsPattern("\\* sampling.temperature +0.7\n");
  }

  @Test
  void oneLineNamesWhatIsRecommendedAndWhatIsUsed() throws IOException {
    assertThat(
            ModelSampling.described(
                effective(QWEN, "sampling.from=model", "sampling.top_k=40"), generation(QWEN)))
        .isEqualTo(
            "generation_config.json recommends do_sample true, temperature 0.7, top_p 0.8, top_k"
                + " 20, min_p 0.05, repetition_penalty 1.05, max_new_tokens 2048; not supported and"
                + " not used: num_beams 4; used with sampling.from = model: temperature 0.7, top_p"
                + " 0.8, top_k 40 (as it was set), min_p 0.05, repetition_penalty 1.05, max_tokens"
                + " 2048");
    assertThat(ModelSampling.described(given("sampling.top_p=0.9"), generation("{}")))
        .isEqualTo(
            "generation_config.json recommends nothing that can be used; used with sampling.from ="
                + " turnmill: temperature 0.0, top_p 0.9, top_k 0, min_p 0.0, repetition_penalty"
                + " 1.0, max_tokens 128");
  }
}
