package io.turnmill.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit/standalone.sh} on a real cluster, in both modes. */
class StandaloneClusterIT {
  private static final int SECONDS = 240;

  @TempDir static Path shared;
  private static StandaloneCluster cluster;

  @TempDir Path folder;

  private String printed;

  @BeforeAll
  static void start() throws Exception {
    Files.createDirectory(shared.resolve("status"));
    cluster = StandaloneCluster.start(shared.resolve("cluster"), Map.of());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void aClientRunsTheSampleOnTwoExecutorsThatTakeTheCpuForPretendedGpusAndSaySo() throws Exception {
    List<String> options = List.of("--gpu", "--executors", "2", "--executor-cores", "1");
    assertThat(submit("client", options)).as(printed).isZero();
    assertThat(books().path("ok").asInt()).isPositive();
    assertThat(books().path("failed").asInt()).isZero();
    assertThat(printed).containsPattern("taskResourceAssignments Map\\(gpu -> ");
    // Once in each executor, and a model is loaded in one of them at least.
    assertThat(cluster.workLogs().split("but PyTorch sees no GPU on this host", -1))
        .hasSizeBetween(2, 3);
  }

  @Test
  void aDriverOnAWorkerEndsTheScriptWithTheExitCodeOfTheJob() throws Exception {
    int code = submit("cluster", clusterMode());
    assertThat(code).as(printed + cluster.workLogs()).isZero();
    assertThat(books().path("ok").asInt()).isPositive();
    // The same folder with other settings is something to put right.
    assertThat(submit("refused", clusterMode(), "--set", "output.buckets=7")).isEqualTo(2);
    assertThat(cluster.workLogs()).contains("holds the results of another run");
    try (Stream<Path> left = Files.list(shared.resolve("status"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aClusterThatCannotGiveWhatWasAskedForIsNotWaitedForForEver() throws Exception {
    List<String> options = List.of("--executor-cores", "16");
    assertThat(submit("too-much", options, "--set", "limits.max_start_seconds=5")).isEqualTo(2);
    assertThat(printed)
        .contains("the cluster gave no executor within 5 seconds")
        .contains("spark.executor.cores = 16");
  }

  private JsonNode books() throws Exception {
    Path manifest = folder.resolve("out/_turnmill/run.json");
    return new ObjectMapper().readTree(manifest.toFile()).path("books");
  }

  private static List<String> clusterMode() {
    String status = shared.resolve("status").toUri().toString();
    return List.of("--deploy-mode", "cluster", "--status-folder", status);
  }

  private static String file(String name) {
    return SparkHome.ROOT.resolve(name).toString();
  }

  private int submit(String name, List<String> options, String... more) throws Exception {
    List<String> command = new ArrayList<>(options);
    command.addAll(List.of("run", "--model", file("samples/models/chat-mini")));
    command.addAll(List.of("--input", file("samples/sessions/sessions.jsonl")));
    command.addAll(List.of("--output", folder.resolve("out").toString()));
    command.addAll(List.of("--set", "sampling.max_tokens=8", "--set", "output.buckets=2"));
    command.addAll(List.of("--set", "spark.sql.shuffle.partitions=2"));
    command.addAll(List.of(more));
    try (Watched script = cluster.submit(name, command)) {
      int code = script.exitCode(SECONDS);
      printed = script.output();
      return code;
    }
  }
}
