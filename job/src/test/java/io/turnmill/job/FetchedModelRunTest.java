package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.config.Assignment;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SettingsLoader;
import io.turnmill.job.executor.VerifiedModelLoader;
import io.turnmill.job.models.EffectiveConfig;
import io.turnmill.job.models.ModelCheck;
import io.turnmill.job.models.ModelFolders;
import io.turnmill.job.models.ModelSettings;
import io.turnmill.job.testing.CommandForTests;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.OutputForTests;
import io.turnmill.model.ModelException;
import io.turnmill.runtime.ModelFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a model that lies in a store: the same as on a local one, fetched once. */
class FetchedModelRunTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path MODEL = ROOT.resolve("samples/models/chat-mini");

  @TempDir Path folder;

  private final CommandForTests turnmill = new CommandForTests();

  @Test
  void aFetchedModelGivesTheResultsOfTheLocalOne() throws IOException {
    assertThat(run(MODEL.toString(), "local")).as(turnmill.err()).isEqualTo(ExitCode.OK);
    String uri = "teststore://me:hidden@runs" + MODEL;
    assertThat(run(uri, "fetched")).as(turnmill.err()).isEqualTo(ExitCode.OK);

    assertThat(output("fetched").replies()).hasSize(12).isEqualTo(output("local").replies());
    JsonNode local = output("local").manifest();
    JsonNode fetched = output("fetched").manifest();
    assertThat(fetched.path("identity")).isEqualTo(local.path("identity"));
    assertThat(fetched.path("model").path("fingerprint"))
        .isEqualTo(local.path("model").path("fingerprint"));
    assertThat(fetched.path("model").path("path").asText())
        .isEqualTo("teststore://***@runs" + MODEL);
    assertThat(fetched.toString() + turnmill.printed()).doesNotContain("hidden");
    assertThat(entries()).hasSize(1);
    assertThat(entries().get(0).resolve("model.safetensors"))
        .hasSameBinaryContentAs(MODEL.resolve("model.safetensors"));
  }

  @Test
  void anAdapterIsFetchedBesideItsModelAndChangesTheFingerprint() throws IOException {
    Path adapter = adapter();
    String local = "model.adapter=" + adapter;
    assertThat(run(MODEL.toString(), "local", "--set", local))
        .as(turnmill.err())
        .isEqualTo(ExitCode.OK);
    assertThat(
            run(
                "teststore://adapted" + MODEL,
                "fetched",
                "--set",
                "model.adapter=teststore://adapters" + adapter))
        .as(turnmill.err())
        .isEqualTo(ExitCode.OK);
    assertThat(run(MODEL.toString(), "plain")).as(turnmill.err()).isEqualTo(ExitCode.OK);

    String fingerprint = output("local").manifest().path("model").path("fingerprint").asText();
    assertThat(output("fetched").manifest().path("model").path("fingerprint").asText())
        .isEqualTo(fingerprint);
    assertThat(output("fetched").manifest().path("identity"))
        .isEqualTo(output("local").manifest().path("identity"));
    assertThat(output("fetched").manifest().path("model").path("adapter").asText())
        .isEqualTo("teststore://adapters" + adapter);
    assertThat(output("plain").manifest().path("model").path("fingerprint").asText())
        .isNotEqualTo(fingerprint);
    assertThat(output("plain").manifest().path("identity"))
        .isNotEqualTo(output("local").manifest().path("identity"));
    assertThat(entries()).hasSize(2);
  }

  @Test
  void anAdapterOfAnotherModelIsOneClearMessage() throws IOException {
    Path other = ROOT.resolve("udfs/src/test/resources/golden/lora/all-linear/adapter");
    assertThat(run(MODEL.toString(), "out", "--set", "model.adapter=" + other))
        .isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .contains(other + ": the adapter does not fit the model: ")
        .doesNotContain("\tat ");
  }

  /** Rank 1, on one projection of the sample model. */
  private Path adapter() throws IOException {
    Path adapter = Files.createDirectory(folder.resolve("adapter"));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2, \"target_modules\": [\"q_proj\"]}");
    String module = "base_model.model.model.layers.0.self_attn.q_proj.lora_";
    String header =
        ("{\"%sA.weight\":{\"dtype\":\"F32\",\"shape\":[1,256],\"data_offsets\":[0,1024]},"
                + "\"%sB.weight\":{\"dtype\":\"F32\",\"shape\":[256,1],\"data_offsets\":[1024,2048]}}")
            .formatted(module, module);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length() + 2048).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 512; i++) {
      file.putFloat(i % 7 - 3);
    }
    Files.write(adapter.resolve("adapter_model.safetensors"), file.array());
    return adapter;
  }

  @Test
  void aPlanReadsNoWeightsAndFetchesNothing() throws IOException {
    assertThat(command("plan", "teststore://plans" + MODEL, "out"))
        .as(turnmill.err())
        .isEqualTo(ExitCode.OK);
    assertThat(turnmill.out()).contains("teststore://plans" + MODEL).contains("fingerprint");
    assertThat(folder.resolve("cache")).doesNotExist();
  }

  @Test
  void aTemplateIsRenderedFromAStore() throws IOException {
    Path messages = folder.resolve("messages.json");
    Files.writeString(messages, "[{\"role\": \"user\", \"content\": \"Good morning!\"}]");
    String[] prompts = new String[2];
    for (int i = 0; i < 2; i++) {
      String model = (i == 0 ? "" : "teststore://templates") + MODEL;
      assertThat(
              turnmill.run(
                  "template", "render", "--model", model, "--messages", messages.toString()))
          .as(turnmill.err())
          .isEqualTo(ExitCode.OK);
      prompts[i] = turnmill.out();
    }
    assertThat(prompts[1]).isEqualTo(prompts[0]).contains("Good morning!");
  }

  @Test
  void whatIsWrongWithAModelIsSaidOfTheNameThatTheUserGave() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.copy(MODEL.resolve("config.json"), broken.resolve("config.json"));
    Files.writeString(broken.resolve("pytorch_model.bin"), "x");
    assertThat(run("teststore://broken" + broken, "out")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .contains(
            "model.path: teststore://broken" + broken + ": holds pytorch_model.bin only, which")
        .doesNotContain("\tat ");

    Files.write(broken.resolve("model.safetensors"), new byte[100]);
    assertThat(run("teststore://broken" + broken, "out")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .contains("model.path: teststore://broken" + broken + ": missing tokenizer.json")
        .doesNotContain("\tat ");
  }

  @Test
  void aStoreThatIsNotThereIsOneClearMessage() {
    assertThat(run("abfs://bucket/model", "out")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .contains("model.path: abfs://bucket/model: nothing on the class path serves abfs: paths.")
        .contains("hadoop-azure")
        .doesNotContain("\tat ");
    assertThat(run("teststore://none/no/such", "out")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .contains("model.path: teststore://none/no/such: no such folder")
        .doesNotContain("\tat ");
  }

  @Test
  void aModelLargerThanTheCacheMayBeIsOneClearMessage() {
    assertThat(run("teststore://large" + MODEL, "out", "--set", "model.cache_limit_bytes=1000"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .contains("model.path: teststore://large" + MODEL + " has ")
        .contains("model.cache_limit_bytes = 1000")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void anExecutorWithAnotherModelThanTheDriversSaysSo() {
    JobConfig config =
        SettingsLoader.load(
            Optional.empty(),
            List.of(
                Assignment.of("model.path", MODEL.toString(), "--model"),
                Assignment.of("input.paths", "in", "--input"),
                Assignment.of("output.path", "out", "--output")));
    RuntimeOptions options = ModelSettings.options(config, Instant.EPOCH);
    VerifiedModelLoader loader =
        new VerifiedModelLoader(options, placed -> placed, "0".repeat(64), FakeModelLoader::new);
    assertThatThrownBy(loader::load)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(MODEL + ": is not the model that the driver checked")
        .hasMessageContaining("Put the same folder on every node");
    assertThat(loader.identity()).isNotEqualTo(loaderOf(options, "1".repeat(64)).identity());
    ModelFolders folders = ModelFolders.open("m", options, 0, () -> null);
    EffectiveConfig effective = EffectiveConfig.of(config, Instant.EPOCH, folders);
    String good;
    try (ModelFrontEnd parts = ModelCheck.open(effective, folders)) {
      good = ModelCheck.of(effective, folders, parts, List.of(), any -> {}).fingerprint();
    }
    try (ModelRuntime runtime = loaderOf(options, good).load()) {
      assertThat(runtime.fingerprint()).isEqualTo(good);
    }
  }

  private static VerifiedModelLoader loaderOf(RuntimeOptions options, String fingerprint) {
    return new VerifiedModelLoader(options, placed -> placed, fingerprint, FakeModelLoader::new);
  }

  private ExitCode run(String model, String output, String... more) {
    return command("run", model, output, more);
  }

  private ExitCode command(String command, String model, String output, String... more) {
    List<String> all = new ArrayList<>(List.of(command, "--model", model));
    all.addAll(List.of("--output", folder.resolve(output).toString()));
    all.addAll(List.of("--input", archive().toString()));
    all.addAll(List.of("--set", "output.buckets=1", "--set", "sampling.max_tokens=20"));
    all.addAll(List.of("--set", "model.cache_path=" + folder.resolve("cache")));
    all.addAll(List.of(more));
    return turnmill.run(all.toArray(String[]::new));
  }

  private Path archive() {
    Path archive = folder.resolve("in.jsonl");
    if (Files.exists(archive)) {
      return archive;
    }
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      lines.append(JobForTests.session("s" + i, "Question " + i));
    }
    try {
      return Files.writeString(archive, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  private OutputForTests output(String name) {
    return new OutputForTests(folder.resolve(name));
  }
}
