package io.turnmill.job.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.Assignment;
import io.turnmill.job.config.PromptConfig;
import io.turnmill.job.config.SettingsLoader;
import io.turnmill.job.config.SetupException;
import io.turnmill.runtime.RuntimeOptions.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the settings of prompts name is read and checked before a run. */
class PromptFilesTest {
  @TempDir Path folder;

  private static PromptConfig settings(String assignment) {
    return SettingsLoader.load(
            Optional.empty(),
            List.of(
                Assignment.of("model.path", "m", "--model"),
                Assignment.of("input.paths", "in", "--input"),
                Assignment.of("output.path", "out", "--output"),
                Assignment.parse(assignment)))
        .prompt();
  }

  private List<Example> examples(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("examples.json"), text);
    return PromptFiles.examples(settings("prompt.examples=" + file));
  }

  @Test
  void examplesAreALineEachOrOneList() throws IOException {
    List<Example> expected = List.of(new Example("user", "a?"), new Example("assistant", "b."));
    assertThat(
            examples(
                """
                {"role": "user", "content": "a?"}

                {"content": "b.", "role": "assistant"}
                """))
        .isEqualTo(expected);
    assertThat(
            examples(
                """
                [
                  {"role": "user", "content": "a?"},
                  {"role": "assistant", "content": "b."}
                ]
                """))
        .isEqualTo(expected);
    assertThat(PromptFiles.examples(settings("prompt.system_prompt=x"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"role\": \"assistant\", \"content\": \"b\"}"
            + "|message 1 must have the role user: user and assistant speak in turn",
        "{\"role\": \"user\", \"content\": \"a\"}|the last message must be the assistant's",
        "[]|has no message",
        "3|message 1 is not an object with role and content",
        "{\"role\": \"user\", \"content\": \" \"}|message 1 has no text as its content",
        "{\"role\": \"user\", \"content\": 5}|message 1 has no text as its content",
        "{\"role\": \"user\", \"content\": \"a\", \"name\": \"b\"}"
            + "|message 1 has other fields than role and content: [name]",
      })
  void anExampleThatIsNotOneIsNamed(String text, String problem) {
    assertThatThrownBy(() -> examples(text))
        .isInstanceOf(SetupException.class)
        .hasMessage("prompt.examples: " + folder.resolve("examples.json") + ": " + problem);
  }

  @Test
  void whatIsNotJsonNamesItsLine() {
    assertThatThrownBy(() -> examples("{\"role\": \"user\", \"content\": \"a\"}\n{x}"))
        .hasMessage(
            "prompt.examples: " + folder.resolve("examples.json") + " is not JSON (line 2)");
  }

  @Test
  void aTemplateStandsInTheSettingOrInItsFileAndABrokenOneIsRefusedWithItsPlace()
      throws IOException {
    assertThat(PromptFiles.message(settings("prompt.message={{ turn }}"))).isEqualTo("{{ turn }}");
    Path file = Files.writeString(folder.resolve("a.jinja"), "{{ turn }}\n");
    assertThat(PromptFiles.message(settings("prompt.message_file=" + file)))
        .isEqualTo("{{ turn }}\n");
    assertThatThrownBy(() -> PromptFiles.message(settings("prompt.message={{ turn")))
        .isInstanceOf(SetupException.class)
        .hasMessageStartingWith("prompt.message: it is not a template: ")
        .hasMessageContaining("line 1");
    Path broken = Files.writeString(folder.resolve("b.jinja"), "a\n{% if %}");
    assertThatThrownBy(() -> PromptFiles.message(settings("prompt.message_file=" + broken)))
        .hasMessageStartingWith("prompt.message_file: " + broken + " is not a template: ")
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> PromptFiles.message(settings("prompt.message_file=no.jinja")))
        .hasMessage("prompt.message_file: cannot read no.jinja");
  }
}
