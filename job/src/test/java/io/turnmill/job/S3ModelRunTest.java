package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.CommandForTests;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.OutputForTests;
import io.turnmill.job.testing.S3ForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a model in S3, reached by settings of the command line alone. */
class S3ModelRunTest {
  private static final Path MODEL =
      Path.of("../samples/models/chat-mini").toAbsolutePath().normalize();
  private static final String URI = "s3a://" + S3ForTests.BUCKET + "/chat-mini";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  private static S3ForTests server;

  @TempDir Path folder;

  private final CommandForTests turnmill = new CommandForTests();
  private final StringBuilder written = new StringBuilder();

  @BeforeAll
  static void start() throws IOException {
    server = S3ForTests.start(shared);
    server.upload(MODEL);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @AfterEach
  void keysAreNeverPrinted() {
    assertThat(turnmill.printed() + written)
        .isNotEmpty()
        .doesNotContain(S3ForTests.ACCESS, S3ForTests.SECRET);
  }

  @Test
  void aModelIsInspectedWhereItLies() throws IOException {
    assertThat(turnmill.run("model", "inspect", MODEL.toString(), "--json")).isEqualTo(ExitCode.OK);
    JsonNode local = JSON.readTree(turnmill.out());
    assertThat(onS3("model", "inspect", URI, "--json")).as(turnmill.err()).isEqualTo(ExitCode.OK);
    JsonNode there = JSON.readTree(turnmill.out());
    assertThat(there.at("/facts/fingerprint").asText())
        .isNotEmpty()
        .isEqualTo(local.at("/facts/fingerprint").asText());
    assertThat(there.path("problems")).isEmpty();
  }

  @Test
  void aTemplateIsRenderedWhereItLies() throws IOException {
    Path messages = folder.resolve("messages.json");
    Files.writeString(messages, "[{\"role\": \"user\", \"content\": \"Good morning!\"}]");
    assertThat(onS3("template", "render", "--model", URI, "--messages", messages.toString()))
        .as(turnmill.err())
        .isEqualTo(ExitCode.OK);
    assertThat(turnmill.out()).contains("Good morning!");
  }

  @Test
  void aSettingThatIsNoneOfAFileSystemIsAnErrorThatHidesItsValue() {
    assertThat(turnmill.run("model", "inspect", URI, "--set", "model.path=dummy-value"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .contains("--set: model.path: this command takes settings of file systems only")
        .doesNotContain("dummy-value");
  }

  @Test
  void aRunGivesTheResultsOfTheLocalModel() throws IOException {
    assertThat(turnmill.run(run(MODEL.toString(), "local")))
        .as(turnmill.err())
        .isEqualTo(ExitCode.OK);
    assertThat(onS3(run(URI, "s3"))).as(turnmill.err()).isEqualTo(ExitCode.OK);

    JsonNode local = output("local").manifest();
    JsonNode there = output("s3").manifest();
    assertThat(there.at("/model/fingerprint").asText())
        .isNotEmpty()
        .isEqualTo(local.at("/model/fingerprint").asText());
    assertThat(there.path("identity")).isEqualTo(local.path("identity"));
    assertThat(there.at("/model/path").asText()).isEqualTo(URI);
    assertThat(there.toString()).contains("fs.s3a.secret.key");
    assertThat(output("s3").replies()).hasSize(6).isEqualTo(output("local").replies());
    written.append(there);

    try (Stream<Path> entries = Files.list(folder.resolve("cache"))) {
      List<Path> fetched = entries.filter(Files::isDirectory).toList();
      assertThat(fetched).hasSize(1);
      assertThat(fetched.get(0).resolve("model.safetensors"))
          .hasSameBinaryContentAs(MODEL.resolve("model.safetensors"));
      written.append(Files.readString(fetched.get(0).resolve("fetched.json")));
    }
  }

  /** The archive is one file for all runs: its time is a part of their identity. */
  private Path archive() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    if (Files.exists(archive)) {
      return archive;
    }
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      lines.append(JobForTests.session("s" + i, "Question " + i));
    }
    return Files.writeString(archive, lines);
  }

  private String[] run(String model, String output) throws IOException {
    return new String[] {
      "run",
      "--model=" + model,
      "--input=" + archive(),
      "--output=" + folder.resolve(output),
      "--set=spark.master=local[2]",
      "--set=spark.sql.shuffle.partitions=2",
      "--set=output.buckets=1",
      "--set=sampling.max_tokens=20",
      "--set=model.dtype=float32", // so that replies do not depend on what runs beside them
      "--set=model.cache_path=" + folder.resolve("cache")
    };
  }

  private ExitCode onS3(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    server.settings().forEach((key, value) -> all.add("--set=spark.hadoop." + key + "=" + value));
    return turnmill.run(all.toArray(String[]::new));
  }

  private OutputForTests output(String name) {
    return new OutputForTests(folder.resolve(name));
  }
}
