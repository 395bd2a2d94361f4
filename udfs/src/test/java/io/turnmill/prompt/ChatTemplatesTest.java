package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplatesTest {
  @TempDir Path folder;

  private void file(String name, String content) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private String chosen(boolean tools) {
    return ChatTemplates.find(folder).choose(Optional.empty(), tools);
  }

  @Test
  void theTextInTheConfigurationIsTheTemplate() throws IOException {
    file("tokenizer_config.json", "{\"chat_template\": \"one\"}");
    assertThat(chosen(false)).isEqualTo("one");
    assertThat(chosen(true)).isEqualTo("one");
  }

  @Test
  void aFileOfItsOwnWinsOverTheConfiguration() throws IOException {
    file("tokenizer_config.json", "{\"chat_template\": \"one\"}");
    file("chat_template.jinja", "two\n");
    assertThat(chosen(false)).isEqualTo("two\n");
  }

  @Test
  void ofNamedTemplatesToolUseIsTakenWhenThereAreTools() throws IOException {
    file(
        "tokenizer_config.json",
        "{\"chat_template\": [{\"name\": \"default\", \"template\": \"d\"},"
            + " {\"name\": \"tool_use\", \"template\": \"t\"}]}");
    assertThat(chosen(false)).isEqualTo("d");
    assertThat(chosen(true)).isEqualTo("t");
    assertThat(ChatTemplates.find(folder).choose(Optional.of("tool_use"), false)).isEqualTo("t");
  }

  @Test
  void additionalTemplatesAreNamedAsTheirFiles() throws IOException {
    file("chat_template.jinja", "d");
    file("additional_chat_templates/rag.jinja", "r");
    ChatTemplates templates = ChatTemplates.find(folder);
    assertThat(templates.names()).containsExactly("default", "rag");
    assertThat(templates.source("rag")).contains("r");
    assertThatThrownBy(() -> templates.choose(Optional.of("rug"), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No chat template named 'rug'")
        .hasMessageContaining("[default, rag]");
  }

  @Test
  void theOlderPlaceOfProcessorsComesLast() throws IOException {
    file("chat_template.json", "{\"chat_template\": \"p\"}");
    assertThat(chosen(false)).isEqualTo("p");
  }

  @Test
  void aFolderWithoutATemplateSaysSo() {
    assertThatThrownBy(() -> chosen(false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No chat template in");
  }

  @Test
  void aConfigurationThatIsNoJsonIsNamed() throws IOException {
    file("tokenizer_config.json", "{\"chat_template\": ");
    assertThatThrownBy(() -> ChatTemplates.find(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokenizer_config.json is not JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{\"chat_template\": 5}",
        "{\"chat_template\": true}",
        "{\"chat_template\": [1]}",
        "{\"chat_template\": [[]]}",
        "{\"chat_template\": [{\"name\": \"default\"}]}",
        "{\"chat_template\": [{\"name\": null, \"template\": \"a\"}]}",
        "{\"chat_template\": {\"default\": {}}}",
        "\u0000"
      })
  void aConfigurationThatIsNoneIsNamedInOneLine(String config) throws IOException {
    refused("tokenizer_config.json", config.getBytes(StandardCharsets.UTF_8));
    refused("chat_template.json", config.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void hostileFilesAreNamedInOneLine() throws IOException {
    for (String name : List.of("tokenizer_config.json", "chat_template.json")) {
      refused(name, "[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
      refused(name, "{\"chat_template\":".repeat(100_000).getBytes(StandardCharsets.UTF_8));
      refused(name, ("{\"a\": " + "9".repeat(100_000) + "}").getBytes(StandardCharsets.UTF_8));
      refused(name, " ".repeat(17_000_000).getBytes(StandardCharsets.UTF_8));
      refused(name, new byte[] {'{', '}', (byte) 0xff});
    }
    refused("chat_template.jinja", new byte[] {'a', (byte) 0xff});
    refused("additional_chat_templates/x.jinja", new byte[] {(byte) 0xe4, (byte) 0xbd});
  }

  private void refused(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    assertThatThrownBy(() -> ChatTemplates.find(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    Files.delete(file);
  }

  @Test
  void nullAndEmptyTokensAreAbsentAndObjectsGiveTheirContent() throws IOException {
    file(
        "tokenizer_config.json",
        "{\"added_tokens_decoder\": {}, \"bos_token\": null, \"unk_token\": \"\","
            + " \"eos_token\": {\"__type\": \"AddedToken\", \"content\": \"</s>\"},"
            + " \"pad_token\": \"<pad>\"}");
    file("special_tokens_map.json", "{\"bos_token\": \"<s>\"}");
    assertThat(ChatTemplates.find(folder).specialTokens().byName())
        .isEqualTo(Map.of("eos_token", "</s>", "pad_token", "<pad>"));
  }

  @Test
  void anOlderFolderTakesItsTokensFromTheMap() throws IOException {
    file("tokenizer_config.json", "{\"eos_token\": \"</s>\", \"bos_token\": \"<a>\"}");
    file("special_tokens_map.json", "{\"bos_token\": {\"content\": \"<s>\"}}");
    assertThat(ChatTemplates.find(folder).specialTokens().byName())
        .isEqualTo(Map.of("eos_token", "</s>", "bos_token", "<s>"));
  }
}
