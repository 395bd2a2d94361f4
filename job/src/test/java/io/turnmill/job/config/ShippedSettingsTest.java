package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.report.Remedies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for people about settings says what the code says. */
class ShippedSettingsTest {
  @Test
  void whatMessagesNameAsASettingIsOne() {
    assertThat(Settings.BY_KEY.keySet()).containsAll(Remedies.settings().values());
  }

  @TempDir Path folder;

  private static final Path ROOT = Path.of("..");
  private static final List<Assignment> REQUIRED =
      List.of(
          Assignment.of("model.path", "m", "--model"),
          Assignment.of("input.paths", "in", "--input"),
          Assignment.of("output.path", "out", "--output"));

  @Test
  void referenceConfIsMadeFromTheDescriptions() throws IOException {
    assertThat(Files.readString(ROOT.resolve("conf/reference.conf")))
        .as("conf/reference.conf is not the output of: config --format=conf")
        .isEqualTo(SettingsListing.reference());
  }

  @Test
  void referenceConfMentionsEverySettingAndGivesTheDefaults() throws IOException {
    Path file = ROOT.resolve("conf/reference.conf");

    assertThat(SettingsLoader.load(Optional.of(file), REQUIRED))
        .isEqualTo(SettingsLoader.load(Optional.empty(), REQUIRED));
    String text = Files.readString(file);
    Settings.ALL.forEach(setting -> assertThat(text).contains(setting.key() + " = "));
  }

  @Test
  void everyShippedSettingsFileParses() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("conf"))) {
      List<Path> shipped = files.filter(file -> file.toString().endsWith(".conf")).toList();
      assertThat(shipped).isNotEmpty();
      for (Path file : shipped) {
        List<Assignment> more = file.endsWith("reference.conf") ? REQUIRED : List.of();
        assertThat(SettingsLoader.load(Optional.of(file), more)).as(file.toString()).isNotNull();
      }
    }
  }

  @Test
  void theSamplesRunIsSmallAndMayBeRepeated() {
    JobConfig config =
        SettingsLoader.load(Optional.of(ROOT.resolve("conf/samples.conf")), List.of());

    assertThat(config.model().path()).isEqualTo("samples/models/chat-mini");
    assertThat(config.input().paths()).containsExactly("samples/sessions");
    assertThat(config.output().path()).isEqualTo("out/samples");
    assertThat(config.output().overwrite()).isTrue();
    assertThat(config.sampling().maxTokens()).isEqualTo(64);
  }

  @Test
  void theSettingsForS3HoldWithEveryExampleTakenIn() throws IOException {
    String text = Files.readString(ROOT.resolve("conf/s3.conf"));
    Path all = Files.writeString(folder.resolve("s3.conf"), text.replace("  # \"", "  \""));
    Map<String, String> spark = SettingsLoader.load(Optional.of(all), List.of()).spark();

    assertThat(spark)
        .hasSize(12)
        .containsEntry("spark.hadoop.fs.s3a.endpoint", "https://minio.example.org:9000")
        .containsEntry("spark.hadoop.fs.s3a.endpoint.region", "eu-central-1")
        .containsEntry("spark.hadoop.fs.s3a.encryption.algorithm", "SSE-KMS")
        .containsEntry("spark.hadoop.fs.s3a.multipart.purge", "true");
    assertThat(text).doesNotContainIgnoringCase("access.key").doesNotContain("secret.key");
  }

  @Test
  void thePageOfSettingsHoldsTheirTable() throws IOException {
    assertThat(Files.readString(ROOT.resolve("conf/SETTINGS.md")))
        .as("the table of conf/SETTINGS.md is not the output of: config --format=markdown")
        .contains(SettingsListing.markdown());
  }

  @Test
  void everySettingHasAOneLineMeaningThatIsASentence() {
    for (Setting setting : Settings.ALL) {
      assertThat(setting.meaning()).as(setting.key()).endsWith(".").doesNotContain("\n");
      assertThat(setting.key()).matches("[a-z_]+(\\.[a-z_]+)*");
    }
  }
}
