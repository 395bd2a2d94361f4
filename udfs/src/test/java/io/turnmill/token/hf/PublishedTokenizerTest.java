package io.turnmill.token.hf;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.testing.Goldens;
import io.turnmill.testing.SharedData;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published tokenizers on published texts. */
@SharedData.Needed
class PublishedTokenizerTest extends TokenizerGoldens {
  /** Longer than any of the messages. */
  private static final int UNCUT = 1 << 20;

  /** The texts of all messages, by {@link #key}; read once. */
  private final Map<String, String> messages = new HashMap<>();

  PublishedTokenizerTest() {
    super(
        SharedData.path("golden/tokenizers/cases.jsonl.gz"),
        List.of(
            "qwen2.5-instruct",
            "qwen3",
            "deepseek-r1-distill-qwen",
            "bert-base-uncased",
            "phi-3-mini-instruct"));
  }

  @Override
  Path tokenizer(String name, Path folder) {
    return SharedData.path("tokenizers").resolve(name).resolve("tokenizer.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qwen2.5-instruct",
        "qwen3",
        "deepseek-r1-distill-qwen",
        "phi-3-mini-instruct",
        "roberta-base",
        "t5-small",
        "bert-base-uncased"
      })
  void messagesHaveTheIdsOfTheReference(String name) throws IOException {
    List<Map<String, Object>> goldens =
        Goldens.lines(SharedData.path("reference/message_token_ids.jsonl.gz"));
    goldens.removeIf(golden -> !golden.get("tokenizer").equals(name));
    if (messages.isEmpty()) {
      readMessages();
    }
    Path file = tokenizer(name, folder);
    try (HuggingFaceFileTokenizer tokenizer = HuggingFaceFileTokenizer.load(file);
        HuggingFaceTextTokenizer texts = HuggingFaceTextTokenizer.load(file, UNCUT)) {
      for (Map<String, Object> golden : goldens) {
        String text = messages.get(key(golden));
        TokenIds expected =
            TokenIds.of(
                ((List<?>) golden.get("ids"))
                    .stream().mapToInt(id -> ((Number) id).intValue()).toArray());
        assertThat(tokenizer.encode(text)).as(key(golden)).isEqualTo(expected);
        assertThat(texts.encode(text, Optional.empty()).ids().size())
            .as(key(golden))
            .isEqualTo(((Number) golden.get("ids_with_special")).intValue());
      }
    }
    assertThat(goldens).hasSizeGreaterThan(400);
  }

  private void readMessages() throws IOException {
    try (Stream<Path> files = Files.list(SharedData.path("conversations_train/messages"))) {
      for (Path file : files.toList()) {
        Goldens.lines(file)
            .forEach(message -> messages.put(key(message), (String) message.get("content")));
      }
    }
  }

  private static String key(Map<String, Object> message) {
    return message.get("session_id") + ":" + message.get("turn");
  }
}
