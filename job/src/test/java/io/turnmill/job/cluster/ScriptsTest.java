package io.turnmill.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts for clusters, with a spark-submit that notes how it was called and does nothing. */
class ScriptsTest {
  private static final Path ROOT = SparkHome.ROOT;

  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private String output;

  @BeforeEach
  void setUp() throws IOException {
    Files.createDirectories(folder.resolve("spark/bin"));
    SparkHome.executable(
        folder.resolve("spark/bin/spark-submit"),
        """
        #!/bin/sh
        echo "$@" >> "$CALLS"
        case "$*" in *submission-status*) exit "${STATUS:-0}" ;; esac
        exit "${SUBMITTED:-0}"
        """);
    environment.put("CALLS", folder.resolve("calls").toString());
    environment.put("SPARK_HOME", folder.resolve("spark").toString());
    environment.put("TURNMILL_JAR", "/jars/turnmill.jar");
    environment.put("HADOOP_CONF_DIR", "/etc/hadoop");
  }

  @Test
  void everyScriptIsOneThatBashUnderstands() throws Exception {
    try (Stream<Path> files = Files.list(ROOT.resolve("submit"))) {
      List<Path> scripts = files.filter(file -> file.toString().matches(".*\\.(ba)?sh")).toList();
      assertThat(scripts).hasSizeGreaterThan(4);
      for (Path script : scripts) {
        assertThat(run("bash", "-n", script.toString())).as(output).isZero();
        boolean library = script.toString().endsWith(".bash");
        assertThat(Files.isExecutable(script)).as(script.toString()).isNotEqualTo(library);
      }
    }
  }

  @Test
  void aDryRunPrintsTheCommandAndStartsNothing() throws Exception {
    int code =
        run(
            "submit/standalone.sh",
            "--dry-run",
            "--master=spark://m:7077",
            "--executors=2",
            "--executor-cores=3",
            "--gpu",
            "--pytorch=/opt/torch/lib",
            "--executor-memory=20g",
            "run",
            "--config",
            "my settings.conf");
    assertThat(code).isZero();
    assertThat(output)
        .isEqualTo(
            folder.resolve("spark/bin/spark-submit")
                + """
                 \\
                  --master spark://m:7077 \\
                  --deploy-mode client \\
                  --class io.turnmill.job.Main \\
                  --conf spark.cores.max=6 \\
                  --conf spark.executor.resource.gpu.amount=1 \\
                  --conf spark.task.resource.gpu.amount=0.3333 \\
                  --conf spark.executorEnv.CUDA_DEVICE_ORDER=PCI_BUS_ID \\
                  --conf spark.executorEnv.PYTORCH_LIBRARY_PATH=/opt/torch/lib \\
                  --executor-cores 3 \\
                  --executor-memory 20g \\
                  /jars/turnmill.jar run \\
                  --config my\\ settings.conf
                """);
    assertThat(folder.resolve("calls")).doesNotExist();
  }

  @Test
  void whatMayBeACredentialIsMaskedInADryRun() throws Exception {
    run(
        "submit/yarn.sh",
        "--dry-run",
        "--conf=spark.hadoop.fs.s3a.access.key=dummy-1",
        "run",
        "--set=spark.hadoop.fs.s3a.secret.key=dummy-2",
        "--set",
        "spark.hadoop.fs.s3a.session.token=dummy-3",
        "--set",
        "spark.ssl.keyPassword=dummy-4",
        "--set",
        "sampling.max_tokens=12");
    assertThat(output)
        .doesNotContain("dummy")
        .contains("fs.s3a.access.key=MASKED", "secret.key=MASKED", "session.token=MASKED")
        .contains("sampling.max_tokens=12");
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    assertThat(run("submit/standalone.sh", "run")).isEqualTo(2);
    assertThat(output).startsWith("--master must be set.");
    assertThat(run("submit/standalone.sh", "--master", "spark://m:1")).isEqualTo(2);
    assertThat(output).startsWith("What is to be run?");
    assertThat(run("submit/yarn.sh", "--deploy-mode=cluster", "run")).isEqualTo(2);
    assertThat(output).startsWith("--status-folder must be set in cluster mode");
    assertThat(run("submit/kubernetes.sh", "--master=k8s://h", "run")).isEqualTo(2);
    assertThat(output).startsWith("--image must be set");
    assertThat(run("submit/standalone.sh", "--master=x", "--executors=2", "run")).isEqualTo(2);
    assertThat(output).startsWith("--executors needs --executor-cores");
    assertThat(run("submit/yarn.sh", "--queue")).isEqualTo(2);
    assertThat(output).startsWith("--queue needs a value.");
    assertThat(folder.resolve("calls")).doesNotExist();
  }

  @Test
  void aClientEndsTheScriptWithItsOwnExitCode() throws Exception {
    environment.put("SUBMITTED", "3");
    assertThat(run("submit/yarn.sh", "run")).isEqualTo(3);
    assertThat(calls()).hasSize(1);
  }

  @Test
  void inClusterModeTheStatusOfTheJobDecides() throws Exception {
    String[] command = {
      "submit/standalone.sh",
      "--master=spark://m:1",
      "--deploy-mode=cluster",
      "--status-folder=hdfs:///tmp/",
      "--conf",
      "spark.hadoop.a=b",
      "run"
    };
    environment.put("STATUS", "3");
    assertThat(run(command)).isEqualTo(3);
    assertThat(calls()).hasSize(2);
    String file = calls().get(0).replaceAll(".*spark\\.turnmill\\.statusFile=(\\S+).*", "$1");
    assertThat(file).startsWith("hdfs:///tmp/turnmill-").endsWith(".json");
    assertThat(calls().get(1))
        .startsWith("--master local[1] --deploy-mode client")
        .contains("--conf spark.hadoop.a=b")
        .endsWith("/jars/turnmill.jar submission-status " + file);

    environment.put("STATUS", "0");
    environment.put("SUBMITTED", "1");
    assertThat(run(command)).isZero();
    assertThat(output).contains("spark-submit ended with 1, but the job says that it is done.");
  }

  @Test
  void aDriverOnAWorkerOfSpark3GetsTheFlagsOfItsJvmBeforeTheUsersOwn() throws Exception {
    String[] command = {
      "submit/standalone.sh",
      "--master=spark://m:1",
      "--deploy-mode=cluster",
      "--status-folder=/tmp",
      "--conf",
      "spark.driver.extraJavaOptions=-Dmine=1",
      "run"
    };
    run(command);
    assertThat(calls().get(0)).doesNotContain("--add-opens");
    Files.createDirectories(folder.resolve("spark/jars"));
    Files.createFile(folder.resolve("spark/jars/spark-core_2.12-3.5.9.jar"));
    run(command);
    assertThat(calls().get(2))
        .containsPattern(
            "spark\\.driver\\.extraJavaOptions=-XX:\\+Ignore\\S+ --add-opens=.* -Dmine=1 ");
  }

  @Test
  void yarnTakesTheSettingsFileAndTheDiscoveryScriptAlong() throws Exception {
    Path settings = Files.writeString(folder.resolve("my.conf"), "");
    run(
        "submit/yarn.sh",
        "--deploy-mode=cluster",
        "--status-folder=hdfs:///tmp",
        "--gpu",
        "--files=other.txt",
        "run",
        "--config=" + settings,
        "--overwrite");
    assertThat(calls().get(0))
        .contains("--files other.txt," + ROOT.resolve("submit/discover-gpus.sh") + "," + settings)
        .contains("--conf spark.executor.resource.gpu.discoveryScript=./discover-gpus.sh")
        .endsWith("run --config=my.conf --overwrite");
  }

  @Test
  void aDriverThatTheClusterStartsGetsALocaleWithUtf8UnlessTheUserNamesOne() throws Exception {
    run("submit/yarn.sh", "--deploy-mode=cluster", "--status-folder=hdfs:///tmp", "run");
    assertThat(calls().get(0)).contains("--conf spark.yarn.appMasterEnv.LC_ALL=C.UTF-8");
    run("submit/yarn.sh", "run");
    assertThat(calls().get(2)).doesNotContain("LC_ALL");
    run(
        "submit/kubernetes.sh",
        "--master=k8s://https://h:1",
        "--image=i",
        "--deploy-mode=cluster",
        "--status-folder=s3a://b/tmp",
        "--conf=spark.kubernetes.driverEnv.LC_ALL=en_US.UTF-8",
        "run");
    // Of two, spark-submit takes the later one.
    assertThat(calls().get(3))
        .containsPattern("driverEnv\\.LC_ALL=C\\.UTF-8 .*driverEnv\\.LC_ALL=en_US\\.UTF-8");
  }

  @Test
  void sparkSubmitRunsWithUtf8WhateverTheLocaleOfTheTerminal() throws Exception {
    SparkHome.executable(folder.resolve("spark/bin/spark-submit"), "#!/bin/sh\necho \"$LC_ALL\"\n");
    environment.put("LC_ALL", "C");
    run("submit/standalone.sh", "--master=spark://m:1", "run");
    assertThat(output).isEqualTo("C.UTF-8\n");
    run("submit/standalone.sh", "--dry-run", "--master=spark://m:1", "run");
    assertThat(output).startsWith("LC_ALL=C.UTF-8 " + folder.resolve("spark/bin/spark-submit"));
  }

  @Test
  void kubernetesGetsPodTemplatesWithTheGpuAndItsDiscoveryScript() throws Exception {
    run("submit/kubernetes.sh", "--master=k8s://https://h:1", "--image=i", "--gpu", "run");
    String call = calls().get(0);
    Path template =
        Path.of(call.replaceAll(".*executor\\.podTemplateFile=(\\S+).*", "$1")).normalize();
    JsonNode pod = new YAMLMapper().readTree(template.toFile());
    JsonNode container = pod.at("/spec/containers/0");
    assertThat(container.at("/resources/limits/nvidia.com~1gpu").asInt()).isEqualTo(1);
    String mount = container.at("/volumeMounts/0/mountPath").asText();
    assertThat(call)
        .contains("spark.executor.resource.gpu.vendor=nvidia.com")
        .contains("spark.executor.resource.gpu.discoveryScript=" + mount + "/discover-gpus.sh");
    assertThat(pod.at("/spec/volumes/0/configMap/defaultMode").asInt()).isEqualTo(0555);
    try (Stream<Path> files = Files.list(template.getParent())) {
      for (Path file : files.toList()) {
        JsonNode one = new YAMLMapper().readTree(file.toFile());
        assertThat(one.path("kind").asText()).as(file.toString()).isEqualTo("Pod");
      }
    }
  }

  @Test
  void theDiscoveryScriptListsWhatNvidiaSmiLists() throws Exception {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    SparkHome.executable(tools.resolve("nvidia-smi"), "#!/bin/sh\nprintf '0\\n1\\n7\\n'\n");
    environment.put("PATH", tools + ":" + System.getenv("PATH"));
    assertThat(run("submit/discover-gpus.sh")).isZero();
    assertThat(new ObjectMapper().readTree(output))
        .isEqualTo(
            new ObjectMapper().readTree("{\"name\":\"gpu\",\"addresses\":[\"0\",\"1\",\"7\"]}"));
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  private int run(String... command) throws Exception {
    Path file = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(file.toFile());
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    output = Files.readString(file, StandardCharsets.UTF_8);
    return code;
  }
}
