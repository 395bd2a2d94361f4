package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationConfigTest {
  @TempDir Path folder;

  private GenerationConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), json);
    return GenerationConfig.read(folder);
  }

  /** As Qwen2.5 and Llama 3 are published. */
  @Test
  void whatPublishedFilesRecommendIsNamedInAFixedOrder() throws IOException {
    GenerationConfig qwen =
        read(
            """
            {"bos_token_id": 151643, "pad_token_id": 151643, "do_sample": true,
             "eos_token_id": [151645, 151643], "repetition_penalty": 1.05, "temperature": 0.7,
             "top_p": 0.8, "top_k": 20, "transformers_version": "4.37.0"}
            """);
    assertThat(qwen.described())
        .isEqualTo(
            "generation_config.json recommends do_sample true, temperature 0.7, top_p 0.8, top_k"
                + " 20, repetition_penalty 1.05");
    assertThat(qwen.recommended()).containsEntry("top_k", "20").doesNotContainKey("eos_token_id");
  }

  @Test
  void whatWouldChangeRepliesAndIsNotSupportedIsNamed() throws IOException {
    GenerationConfig config =
        read(
            """
            {"num_beams": 4, "typical_p": 0.9, "max_length": 4096, "new_kind_of_sampling": {"a": 1},
             "num_return_sequences": 1, "length_penalty": 1.0, "no_repeat_ngram_size": 0,
             "early_stopping": false, "bad_words_ids": null, "suppress_tokens": [],
             "use_cache": true, "max_new_tokens": 64}
            """);
    assertThat(config.unsupported())
        .containsExactly(
            "max_length 4096", "new_kind_of_sampling {\"a\":1}", "num_beams 4", "typical_p 0.9");
    assertThat(config.described())
        .isEqualTo(
            "generation_config.json recommends max_new_tokens 64; not supported and not used:"
                + " max_length 4096, new_kind_of_sampling {\"a\":1}, num_beams 4, typical_p 0.9");
  }

  @Test
  void aFolderWithoutTheFileRecommendsNothing() throws IOException {
    assertThat(GenerationConfig.read(folder).recommended()).isEmpty();
    assertThat(read("{\"temperature\": null}").described())
        .isEqualTo("generation_config.json recommends nothing that can be used");
  }

  /** A file may be hostile, and its description goes into logs. */
  @Test
  void wrongAndLongValuesAreShownAndCut() throws IOException {
    GenerationConfig config =
        read(
            "{\"temperature\": \"warm\", \""
                + "k".repeat(5000)
                + "\": \""
                + "v".repeat(5000)
                + "\"}");
    assertThat(config.recommended()).isEqualTo(Map.of("temperature", "\"warm\""));
    assertThat(config.described()).hasSizeLessThan(300).contains("kkk").contains("vvv");
    assertThatThrownBy(() -> read("[]"))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith("generation_config.json: not a JSON object.");
  }
}
