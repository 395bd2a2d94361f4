package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobConfigTest {

  @Test
  void placesBudgetsAndLimitsDoNotChangeTheIdentity() {
    assertThat(
            config(
                    "model.path=elsewhere",
                    "model.cache_path=/cache",
                    "model.cache_limit_bytes=0",
                    "input.paths=[x, y]",
                    "engine.threads=3",
                    "limits.max_failed_share=1",
                    "output.overwrite=true",
                    "spark.executor.memory=1g")
                .identity())
        .isEqualTo(config().identity())
        .matches("[0-9a-f]{64}");
  }

  @Test
  void whatChangesRepliesChangesTheIdentity() {
    for (String change :
        List.of(
            "model.dtype=float32",
            "sampling.seed=1",
            "input.roles.caller=user",
            "check.too_long=cut_left",
            "prompt.template_kwargs.enable_thinking=false",
            "output.buckets=17")) {
      assertThat(config(change).identity()).as(change).isNotEqualTo(config().identity());
    }
  }

  @Test
  void theIdentityDoesNotDependOnTheOrderOfEntriesOrTheWayANumberIsWritten() {
    JobConfig one =
        config(
            "prompt.template_kwargs.b=1",
            "prompt.template_kwargs.a={y: 1, x: 2}",
            "sampling.temperature=1");
    JobConfig other =
        config(
            "prompt.template_kwargs.a={x: 2, y: 1}",
            "sampling.temperature=1.0",
            "prompt.template_kwargs.b=1");

    assertThat(one.identity()).isEqualTo(other.identity());
    assertThat(one.identityJson()).contains("\"a\":{\"x\":2,\"y\":1},\"b\":1");
  }

  @Test
  void credentialsAreMaskedInTablesAndManifestsButOurOwnNamesAreNot() {
    JobConfig config =
        config(
            "spark.hadoop.fs.s3a.access.key=AKIA-1",
            "spark.hadoop.fs.s3a.secret.key=hidden-2",
            "spark.my.authToken=hidden-3",
            "spark.sslPassword=hidden-4",
            "spark.executor.memory=1g",
            "input.paths=s3a://me:hidden-5@bucket/in",
            "sampling.stop_token_ids=[7]");

    for (String shown : List.of(config.toJson(), config.toTable(), config.toString())) {
      assertThat(shown).doesNotContain("AKIA-1").doesNotContain("hidden");
    }
    assertThat(config.toTable())
        .contains("s3a://***@bucket/in")
        .containsPattern("\\* sampling.stop_token_ids +7\n")
        .containsPattern("  sampling.max_tokens +128\n");
    assertThat(config.toJson())
        .contains("\"spark.executor.memory\":\"1g\"")
        .contains("\"spark.hadoop.fs.s3a.secret.key\":\"***\"");
  }

  @Test
  void theTableIsAlignedAndMarksWhatIsNotTheDefault() {
    List<String> lines = config("sampling.seed=5").toTable().lines().toList();

    assertThat(lines).hasSize(Settings.ALL.size());
    assertThat(lines)
        .contains(
            "* sampling.seed                                   5",
            "  sampling.top_p                                  1.0");
  }

  @Test
  void theConfigurationTravelsToExecutors() throws Exception {
    JobConfig config = config("prompt.template_kwargs.a={x: [1, 2]}", "input.roles.caller=user");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(config);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(config);
    }
  }

  private static JobConfig config(String... assignments) {
    List<Assignment> all = new ArrayList<>();
    all.add(Assignment.of("model.path", "m", "--model"));
    all.add(Assignment.of("input.paths", "in", "--input"));
    all.add(Assignment.of("output.path", "out", "--output"));
    for (String assignment : assignments) {
      all.add(Assignment.parse(assignment));
    }
    return SettingsLoader.load(Optional.empty(), all);
  }
}
