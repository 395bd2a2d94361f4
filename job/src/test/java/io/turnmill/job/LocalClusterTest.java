package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.util.VersionUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job in processes of its own: a driver, and executors that Spark starts ({@code
 * local-cluster}), with and without GPUs that it assigns.
 */
@Tag("slow")
class LocalClusterTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

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
    Files.createDirectories(temp.resolve("spark/jars"));
    String classPath = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + ROOT.resolve("submit/jvm.options"));
    command.addAll(List.of("-cp", classPath, "io.turnmill.job.Main", "run", "--progress=none"));
    command.addAll(List.of("--model", model, "--output", temp.resolve("out").toString()));
    command.addAll(List.of("--input", "samples/sessions/sessions.jsonl"));
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("spark.master=local-cluster[" + executors + ",1,1024]");
    all.add("spark.executor.extraClassPath=" + classPath);
    all.add("spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    all.add("sampling.max_tokens=8");
    all.forEach(setting -> command.addAll(List.of("--set", setting)));
    ProcessBuilder process = new ProcessBuilder(command).directory(ROOT.toFile());
    process
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME", temp.resolve("spark").toString(),
                "SPARK_SCALA_VERSION", scala(),
                "SPARK_LOCAL_IP", "127.0.0.1"));
    process.redirectErrorStream(true).redirectOutput(temp.resolve("log").toFile());
    return process.start().waitFor();
  }

  /** Spark 3 is built for Scala 2.12 here, Spark 4 for 2.13. */
  private static String scala() {
    String version = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    return VersionUtils.majorVersion(version) == 3 ? "2.12" : "2.13";
  }

  private String lastLine() throws IOException {
    List<String> lines = Files.readAllLines(temp.resolve("log"));
    return lines.get(lines.size() - 1);
  }
}
