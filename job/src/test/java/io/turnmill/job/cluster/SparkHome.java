package io.turnmill.job.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Spark installation of links to the jars that Maven downloaded, for there is none to download.
 *
 * @param path the folder: {@code jars/} and {@code bin/spark-submit}
 */
record SparkHome(Path path) {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What test processes have in common: they start fast and stay small. */
  static final String SMALL = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  /** As Spark's own script: Spark's launcher writes the command, behind an empty word. */
  private static final String SPARK_SUBMIT =
      """
      #!/usr/bin/env bash
      set -eu
      mapfile -d '' -t words < <("$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -Xmx64m -cp "$SPARK_HOME/jars/*" \\
        org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit "$@")
      words=("${words[@]:1}")
      words[0]=${words[0]#$'\\n'}
      exec "${words[@]}"
      """;

  /** Makes it anew. */
  static SparkHome make() throws IOException {
    Path folder = Path.of("target/spark-home").toAbsolutePath();
    Path jars = Files.createDirectories(folder.resolve("jars"));
    try (Stream<Path> old = Files.list(jars)) {
      for (Path link : old.toList()) {
        Files.delete(link);
      }
    }
    for (Path jar : jars("turnmill.spark.jars")) {
      Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
    }
    Path script = Files.createDirectories(folder.resolve("bin")).resolve("spark-submit");
    executable(script, SPARK_SUBMIT);
    return new SparkHome(folder);
  }

  static void executable(Path script, String content) throws IOException {
    Files.writeString(script, content);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** PyTorch's native libraries for this platform, as users add them. */
  static Path pytorch() throws IOException {
    return jars("turnmill.all.jars").stream()
        .filter(jar -> jar.getFileName().toString().startsWith("pytorch-native-cpu"))
        .findFirst()
        .orElseThrow();
  }

  private static List<Path> jars(String property) throws IOException {
    String classPath = Files.readString(Path.of(System.getProperty(property))).strip();
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(Files::isRegularFile)
        .toList();
  }

  /** The environment of everything that is started from here. */
  Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME", path.toString(),
        "SPARK_SCALA_VERSION", System.getProperty("turnmill.scala"),
        "SPARK_LOCAL_IP", "127.0.0.1",
        "JAVA_HOME", System.getProperty("java.home"),
        "SPARK_SUBMIT_OPTS", SMALL,
        "TURNMILL_JAR", System.getProperty("turnmill.jar"));
  }

  /** The command of a daemon of Spark. */
  List<String> daemon(String mainClass, String... arguments) {
    List<String> start =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + ROOT.resolve("submit/jvm.options"),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            path.resolve("jars") + "/*",
            mainClass);
    return Stream.concat(start.stream(), Stream.of(arguments)).toList();
  }
}
