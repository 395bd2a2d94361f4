package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On files as Linux shows them. */
class FreeMemoryTest {
  private static final long MB = 1 << 20;

  @TempDir Path root;

  @BeforeEach
  void aHostWithEightGigabytesAvailable() throws IOException {
    write("proc/meminfo", "MemTotal:       16384000 kB\nMemAvailable:    8192000 kB\n");
  }

  @Test
  void withoutALimitItIsWhatTheHostCouldGive() throws IOException {
    assertThat(FreeMemory.onLinux(root)).isEqualTo(8_192_000 * 1024L);
    write("proc/self/cgroup", "0::/\n");
    assertThat(FreeMemory.onLinux(root)).isEqualTo(8_192_000 * 1024L);
    group("", "max", 100 * MB, "");
    assertThat(FreeMemory.onLinux(root)).isEqualTo(8_192_000 * 1024L);
  }

  @Test
  void aContainersLimitCountsAndItsFilePagesAreFree() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    String stat =
        String.format(
            Locale.ROOT, "anon 5\nfile 9\ninactive_file %d\nactive_file %d\n", 300 * MB, 100 * MB);
    group("", Long.toString(2000 * MB), 1500 * MB, stat);
    assertThat(FreeMemory.onLinux(root)).isEqualTo((2000 - 1500 + 400) * MB);
  }

  @Test
  void theNarrowestOfTheGroupsAboveCounts() throws IOException {
    write("proc/self/cgroup", "0::/system.slice/worker.service\n");
    group("system.slice/worker.service", Long.toString(4000 * MB), 1000 * MB, "");
    group("system.slice", Long.toString(3000 * MB), 2500 * MB, "");
    assertThat(FreeMemory.onLinux(root)).isEqualTo(500 * MB);
  }

  @Test
  void aGroupThatIsNotVisibleFromInsideIsTheMountItself() throws IOException {
    write("proc/self/cgroup", "0::/kubepods/pod1/abc\n");
    group("", Long.toString(1000 * MB), 1200 * MB, "");
    assertThat(FreeMemory.onLinux(root)).as("never below nothing").isZero();
  }

  @Test
  void versionOneHasOtherNames() throws IOException {
    write("proc/self/cgroup", "12:cpu,cpuacct:/x\n5:memory:/docker/abc\n0::/\n");
    String folder = "sys/fs/cgroup/memory/docker/abc/";
    write(folder + "memory.limit_in_bytes", 1000 * MB + "\n");
    write(folder + "memory.usage_in_bytes", 700 * MB + "\n");
    write(folder + "memory.stat", "total_inactive_file " + 50 * MB + "\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", 900 * MB + "\n");
    assertThat(FreeMemory.onLinux(root)).isEqualTo(350 * MB);
  }

  @Test
  void hereTooThereIsAnAnswer() {
    assertThat(FreeMemory.bytes()).isNotNegative();
  }

  private void group(String path, String limit, long usage, String stat) throws IOException {
    String folder = "sys/fs/cgroup/" + path + (path.isEmpty() ? "" : "/");
    write(folder + "memory.max", limit + "\n");
    write(folder + "memory.current", usage + "\n");
    write(folder + "memory.stat", stat);
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
