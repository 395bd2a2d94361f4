package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.SamplingParams;
import io.turnmill.runtime.RuntimeOptions.Budgets;
import io.turnmill.runtime.RuntimeOptions.Model;
import io.turnmill.runtime.RuntimeOptions.Prompts;
import io.turnmill.testing.SpoiltFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which tokens end replies, and who says so. The sample model has {@code <|endoftext|>} 6141,
 * {@code <|im_start|>} 6142 and {@code <|im_end|>} 6143; its template ends turns with the last one.
 */
class EndTokensTest {
  private static final String TOKENIZER = "tokenizer_config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String TURN_END =
      "The chat template ends an assistant's turn with <|im_end|> (token 6143), which no file of the"
          + " model names as an end of sequence, so replies may run on into turns that the model"
          + " makes up. To end them there, set sampling.stop_token_ids = [6143].";

  @TempDir Path temp;
  private SpoiltFolder folder;

  /** Only {@code <|endoftext|>} is an end for the configuration, and nothing for the tokenizer. */
  @BeforeEach
  void copy() {
    folder = SpoiltFolder.copyOf(Path.of("../samples/models/chat-mini"), temp.resolve("model"));
    folder.replace("config.json", "\"eos_token_id\": 6143", "\"eos_token_id\": 6141");
    folder.write(GENERATION, "{\"eos_token_id\": 6141}");
    eosToken("null");
  }

  private void eosToken(String json) {
    folder.replace(TOKENIZER, "\"eos_token\": \"<|im_end|>\"", "\"eos_token\": " + json);
  }

  private DecoderFrontEnd open(Set<Integer> stopTokenIds, boolean ignoreEos) {
    return DecoderFrontEnd.open(
        new RuntimeOptions(
            Model.of(folder.path().toString()),
            Budgets.OPEN,
            Prompts.PLAIN,
            SamplingParams.greedy(8).withStopTokenIds(stopTokenIds),
            ignoreEos,
            List.of(),
            0));
  }

  private void assertEnds(String described, Integer... ids) {
    try (DecoderFrontEnd parts = open(Set.of(), false)) {
      assertThat(parts.endOfSequence()).isEqualTo(described);
      assertThat(parts.endTokens().ids()).containsExactlyInAnyOrder(ids);
    }
    assertThat(inspection().facts()).containsEntry("end of sequence", described);
  }

  private ModelInspection inspection() {
    return ModelInspection.of(folder.path(), Optional.empty());
  }

  private List<String> warnings() {
    try (DecoderFrontEnd parts = open(Set.of(), false)) {
      assertThat(inspection().warnings()).isEqualTo(parts.warnings());
      return parts.warnings();
    }
  }

  private void restoreEosToken(String json) {
    folder.replace(TOKENIZER, "\"eos_token\": null", "\"eos_token\": " + json);
  }

  @Test
  void theTokenizersEndIsOneWhateverTheConfigurationNames() {
    restoreEosToken("\"<|im_end|>\"");
    assertEnds(
        "6141 <|endoftext|> (generation_config.json), 6143 <|im_end|> (tokenizer_config.json)",
        6141,
        6143);
    assertThat(warnings()).isEmpty();
    folder.write(GENERATION, "{\"eos_token_id\": [6143, 6141]}");
    assertEnds(
        "6141 <|endoftext|> (generation_config.json), 6143 <|im_end|> (generation_config.json,"
            + " tokenizer_config.json)",
        6141,
        6143);
    folder.delete(GENERATION);
    assertEnds(
        "6141 <|endoftext|> (config.json), 6143 <|im_end|> (tokenizer_config.json)", 6141, 6143);
  }

  @Test
  void aTemplateThatEndsTurnsWithAnotherTokenIsWarnedOf() {
    assertEnds("6141 <|endoftext|> (generation_config.json)", 6141);
    assertThat(warnings()).containsExactly(TURN_END);
    try (DecoderFrontEnd stopped = open(Set.of(6143), false);
        DecoderFrontEnd endless = open(Set.of(), true)) {
      assertThat(stopped.warnings()).as("the user's own stop").isEmpty();
      assertThat(endless.warnings()).as("ends are not wanted").isEmpty();
      assertThat(endless.endOfSequence())
          .isEqualTo(
              "6141 <|endoftext|> (generation_config.json); passed over, as sampling.ignore_eos"
                  + " says");
    }
  }

  @Test
  void theTokenizersEndMayBeAnObject() {
    restoreEosToken("{\"__type\": \"AddedToken\", \"content\": \"<|im_end|>\"}");
    assertEnds(
        "6141 <|endoftext|> (generation_config.json), 6143 <|im_end|> (tokenizer_config.json)",
        6141,
        6143);
  }

  /** As transformers reads it: the map counts where the configuration lists no added tokens. */
  @Test
  void theTokenizersEndMayStandInTheMapOfAnOlderFolder() {
    folder.write("special_tokens_map.json", "{\"eos_token\": {\"content\": \"<|im_end|>\"}}");
    assertEnds("6141 <|endoftext|> (generation_config.json)", 6141);
    folder.replace(TOKENIZER, "\"added_tokens_decoder\"", "\"no_longer\"");
    assertEnds(
        "6141 <|endoftext|> (generation_config.json), 6143 <|im_end|> (special_tokens_map.json)",
        6141,
        6143);
  }

  @Test
  void theTokenizersEndMayBeATokenOfTheVocabularyThatIsNoAddedOne() {
    restoreEosToken("\"!\"");
    assertEnds("0 ! (tokenizer_config.json), 6141 <|endoftext|> (generation_config.json)", 0, 6141);
  }

  @Test
  void anEndThatNoFileHasAnIdForIsSaidAndNotUsed() {
    restoreEosToken("\"</s>\"");
    assertEnds(
        "6141 <|endoftext|> (generation_config.json); not used: </s> (tokenizer_config.json) is"
            + " not a token of tokenizer.json",
        6141);
    folder.replace(
        TOKENIZER,
        "\"added_tokens_decoder\": {",
        "\"added_tokens_decoder\": {\"1\": {\"content\": \"</s>\"},");
    assertEnds(
        "1 </s> (tokenizer_config.json), 6141 <|endoftext|> (generation_config.json)", 1, 6141);
  }

  @Test
  void anEndBeyondTheVocabularyIsSaidAndNotUsed() {
    folder.write(GENERATION, "{\"eos_token_id\": [6141, 6144]}");
    assertEnds(
        "6141 <|endoftext|> (generation_config.json); not used: 6144 (generation_config.json) is"
            + " beyond the model's 6144 tokens",
        6141);
  }

  @Test
  void aFolderMayNameNoEnd() {
    folder.delete(GENERATION);
    folder.replace("config.json", "\"eos_token_id\": 6141", "\"eos_token_id\": null");
    assertEnds("none");
    assertThat(warnings()).containsExactly(TURN_END);
  }

  private void template(String jinja) {
    folder.write("chat_template.jinja", jinja);
  }

  @Test
  void theLastTurnDecidesWhereTurnsEndDifferently() {
    String turns =
        "{% for m in messages %}{{ m.content }}{% if loop.last %}LAST{% else %}OTHER{% endif %}"
            + "{% endfor %}";
    template(turns.replace("LAST", "<|endoftext|>").replace("OTHER", "<|im_end|>"));
    assertThat(warnings()).isEmpty();
    template(turns.replace("LAST", "<|im_end|>").replace("OTHER", "<|endoftext|>"));
    assertThat(warnings()).containsExactly(TURN_END);
    template(turns.replace("LAST", "").replace("OTHER", "<|im_end|>"));
    assertThat(warnings()).containsExactly(TURN_END);
    template(turns.replace("LAST", "<|im_end|><|endoftext|>").replace("OTHER", "<|im_end|>"));
    assertThat(warnings()).as("only the end of a whole conversation").containsExactly(TURN_END);
  }

  @Test
  void aTurnMayEndWithMoreTokensThanOneOrWithNone() {
    template("{% for m in messages %}{{ m.content }}<|im_end|>\n<|endoftext|>{% endfor %}");
    assertThat(warnings()).isEmpty();
    template("{% for m in messages %}{{ m.content }}\n\n{% endfor %}");
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aFolderWithoutATemplateIsNotWarnedOf() {
    folder.replace(TOKENIZER, "\"chat_template\"", "\"no_template\"");
    assertThat(inspection().warnings()).isEmpty();
  }

  @Test
  void anEncoderHasNoEndToWarnOf() {
    ModelInspection encoder =
        ModelInspection.of(
            Path.of("src/test/resources/golden/encoders/bert-max/model"), Optional.empty());
    assertThat(encoder.problems()).isEmpty();
    assertThat(encoder.warnings()).noneMatch(warning -> warning.contains("turn"));
    assertThat(encoder.facts()).doesNotContainKeys("end of sequence", "sampling");
  }
}
