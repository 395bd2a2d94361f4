package io.turnmill.job.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.util.VersionUtils;

/**
 * The command line in a process of its own, with the class path of the tests.
 *
 * @param folder for what it needs, and its output in {@code log}
 */
public record ForkedJob(Path folder) {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int SECONDS = 240;

  /** Settings that let Spark start executors, small ones with few cores, as processes. */
  public static List<String> localCluster(int executors, int cores) {
    return Stream.of(
            String.format(Locale.ROOT, "spark.master=local-cluster[%d,%d,1024]", executors, cores),
            "spark.executor.extraClassPath=" + System.getProperty("java.class.path"),
            "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .flatMap(setting -> Stream.of("--set", setting))
        .toList();
  }

  /**
   * Runs it to its end.
   *
   * @return the exit code
   */
  public int run(Class<?> main, List<String> arguments)
      throws IOException, InterruptedException, TimeoutException {
    return run(List.of(), Map.of(), main, arguments);
  }

  /**
   * Runs it to its end.
   *
   * @param flags of its JVM
   * @param environment besides that of the tests
   * @return the exit code
   */
  public int run(
      List<String> flags, Map<String, String> environment, Class<?> main, List<String> arguments)
      throws IOException, InterruptedException, TimeoutException {
    Files.createDirectories(folder.resolve("spark/jars"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + ROOT.resolve("submit/jvm.options"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME", folder.resolve("spark").toString(),
                "SPARK_SCALA_VERSION", scala(),
                "SPARK_LOCAL_IP", "127.0.0.1"));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    Process process = builder.start();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new TimeoutException("The job has not ended:\n" + printed());
      }
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** What the latest run printed. */
  public String printed() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Spark 3 is built for Scala 2.12 here, Spark 4 for 2.13. */
  private static String scala() {
    String version = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    return VersionUtils.majorVersion(version) == 3 ? "2.12" : "2.13";
  }
}
