package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.ForkedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job in processes of its own: a driver, and executors that Spark starts ({@code
 * local-cluster}), with and without GPUs that it assigns.
 */
@Tag("slow")
class LocalClusterTest {
  @TempDir Path temp;

  @Test
  void executorsAnswerWithTheModelOfARelativePath() throws Exception {
    assertThat(run("samples/models/chat-mini", 2)).isZero();
    JsonNode manifest =
        new ObjectMapper().readTree(temp.resolve("out/_turnmill/run.json").toFile());
    assertThat(manifest.path("books").path("ok").asInt()).isPositive();
    assertThat(manifest.path("books").path("failed").asInt()).isZero();
  }

  @Test
  void aGpuThatSparkAssignedAndTorchDoesNotSeeIsOneSentence() throws Exception {
    List<String> settings = new ArrayList<>(pretendedGpu());
    settings.add("model.device=cuda");
    int status = run("samples/models/chat-mini", 1, settings.toArray(String[]::new));
    assertThat(status).isEqualTo(ExitCode.SETUP.status());
    assertThat(lastLine())
        .startsWith("turnmill: model.path: on 127.0.0.1: ")
        .contains("The device cuda:0 was asked for, but PyTorch sees no GPU.")
        .endsWith("or set model.device = cpu.");
  }

  @Test
  void theCpuIsTakenInSpiteOfAGpuWhenTheUserSaysSo() throws Exception {
    List<String> settings = new ArrayList<>(pretendedGpu());
    settings.add("model.device=cpu");
    assertThat(run("samples/models/chat-mini", 1, settings.toArray(String[]::new))).isZero();
  }

  @Test
  void anExecutorThatWouldGarbleFileNamesSaysSo() throws Exception {
    int status = run("samples/models/chat-mini", 1, "spark.executorEnv.LC_ALL=C");
    assertThat(status).isEqualTo(ExitCode.SETUP.status());
    assertThat(lastLine())
        .startsWith("turnmill: The locale's encoding is ANSI_X3.4-1968, not UTF-8: an executor")
        .contains("Set spark.executorEnv.LC_ALL");
  }

  private List<String> pretendedGpu() throws IOException {
    Path script = temp.resolve("gpus.sh");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\":\"gpu\",\"addresses\":[\"0\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return List.of(
        "spark.worker.resource.gpu.amount=1",
        "spark.worker.resource.gpu.discoveryScript=" + script,
        "spark.executor.resource.gpu.amount=1",
        "spark.task.resource.gpu.amount=1");
  }

  private int run(String model, int executors, String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of("run", "--progress=none"));
    all.addAll(List.of("--model", model, "--output", temp.resolve("out").toString()));
    all.addAll(List.of("--input", "samples/sessions/sessions.jsonl"));
    all.addAll(List.of("--set", "sampling.max_tokens=8"));
    for (String setting : settings) {
      all.addAll(List.of("--set", setting));
    }
    all.addAll(ForkedJob.localCluster(executors, 1));
    return new ForkedJob(temp).run(Main.class, all);
  }

  private String lastLine() throws IOException {
    List<String> lines = Files.readAllLines(temp.resolve("log"));
    return lines.get(lines.size() - 1);
  }
}
