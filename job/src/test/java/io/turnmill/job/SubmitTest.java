package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in submit/. */
class SubmitTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Spark's machine-learning library wants this one; it costs a warning at every start. */
  private static final String INCUBATOR = "--add-modules=jdk.incubator.vector";

  @TempDir Path folder;

  @Test
  void theJvmHasTheFlagsThatSparkAsksFor() throws IOException {
    List<String> ours = Files.readAllLines(ROOT.resolve("submit/jvm.options"));
    for (String flag : JavaModuleOptions.defaultModuleOptions().trim().split(" +", -1)) {
      if (!flag.equals(INCUBATOR)) {
        assertThat(ours).contains(flag);
      }
    }
  }

  @Test
  void anOldJavaIsNamedWithWhatToDo() throws Exception {
    assertThat(withJava("openjdk version \"11.0.22\" 2024-01-16"))
        .startsWith("2:")
        .contains("Java 17 or newer")
        .contains("11.0.22")
        .contains("JAVA_HOME");
    assertThat(withJava("java version \"1.8.0_392\"")).startsWith("2:").contains("1.8.0_392");
  }

  @Test
  void aMissingJavaIsNamedWithWhatToDo() throws Exception {
    assertThat(run(Map.of("JAVA_HOME", folder.toString()), "bash", "submit/local.sh"))
        .startsWith("2:")
        .contains("JAVA_HOME");
  }

  /** A java that says a version and does nothing else. */
  private String withJava(String version) throws Exception {
    Path java = folder.resolve("bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\ncat >&2 <<'END'\n" + version + "\nEND\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return run(Map.of("JAVA_HOME", folder.toString()), "bash", "submit/local.sh", "--help");
  }

  /** Exit code, a colon, and what was printed. */
  private String run(Map<String, String> environment, String... command) throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(Arrays.asList(command)))
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return code + ":" + Files.readString(output, StandardCharsets.UTF_8);
  }
}
