package io.turnmill.job;

import static io.turnmill.job.testing.JobForTests.session;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong before a run begins takes one clear message. */
class WrongSetupTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private JobForTests job;

  @BeforeEach
  void place() {
    job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
  }

  @Test
  void anInputThatDoesNotExistIsOneClearMessage() {
    assertThat(job.run("--input", folder + "/none", "--input", folder + "/*.gz"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("none does not exist")
        .contains("*.gz matches nothing")
        .doesNotContain("\tat ");
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }

  @Test
  void aModelFolderThatIsNoneIsOneClearMessage() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    ExitCode code =
        job.command(
            "run", "--model", folder.toString(), "--input", archive.toString(), "--output", "o");
    assertThat(code).isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("config.json")
        .contains("model.safetensors")
        .doesNotContain("\tat ");
  }

  @Test
  void replyTokensThatLeaveNoRoomForAPromptAreRefused() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    assertThat(job.run("--input", archive.toString(), "--set", "sampling.max_tokens=100000"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("leaves no room").doesNotContain("\tat ");
  }

  @Test
  void tokenIdsThatTheModelLacksAreRefusedByName() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    ExitCode code =
        job.run(
            "--input",
            archive.toString(),
            "--set=sampling.logit_bias={ 5 = 1, 90000 = -1 }",
            "--set=sampling.stop_token_ids=[7, 151645]");
    assertThat(code).isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("sampling.logit_bias: 90000 is not a token of this model\n")
        .contains("sampling.stop_token_ids: 151645 is not a token of this model;")
        .contains("its token ids go from 0 to ")
        .doesNotContain("\tat ");
  }

  @Test
  void aModelWithoutAChatTemplateIsOneClearMessage() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    try (Stream<Path> files = Files.list(Path.of(JobForTests.MODEL))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Path config = model.resolve("tokenizer_config.json");
    ObjectNode tree = (ObjectNode) JSON.readTree(config.toFile());
    tree.remove("chat_template");
    JSON.writeValue(config.toFile(), tree);
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    String[] arguments = {
      "run", "--model", model.toString(), "--input", archive.toString(), "--output", folder + "/out"
    };
    assertThat(job.command(arguments)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("template").doesNotContain("\tat ").doesNotContain("bug");

    Path weights = model.resolve("model.safetensors");
    Files.copy(
        Path.of(JobForTests.MODEL, "tokenizer_config.json"),
        config,
        StandardCopyOption.REPLACE_EXISTING);
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 1_000_000));
    assertThat(job.command(arguments)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("model.safetensors").doesNotContain("\tat ");
  }
}
