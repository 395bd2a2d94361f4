package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which process holds a {@link RunLock}, as its file says.
 *
 * @param token of this lock and of no other
 * @param place where process numbers mean the same: a host name alone is not enough, with
 *     containers
 * @param processStarted tells a process from a later one of the same number; empty if not known
 * @param since when the lock was taken
 */
record LockHolder(
    String token, String host, String place, long pid, String processStarted, String since) {

  static LockHolder ofThisProcess(String token) {
    ProcessHandle process = ProcessHandle.current();
    return new LockHolder(
        token, hostName(), thisPlace(), process.pid(), started(process), Instant.now().toString());
  }

  static LockHolder of(JsonNode lock) {
    return new LockHolder(
        lock.path("token").asText(),
        lock.path("host").asText("an unknown host"),
        lock.path("place").asText(),
        lock.path("pid").asLong(),
        lock.path("process_started").asText(),
        lock.path("since").asText());
  }

  /**
   * The content of the lock's file.
   *
   * @param beats how often it was renewed
   */
  Map<String, Object> json(long beats) {
    Map<String, Object> lock = new LinkedHashMap<>();
    lock.put("token", token);
    lock.put("host", host);
    lock.put("place", place);
    lock.put("pid", pid);
    lock.put("process_started", processStarted);
    lock.put("since", since);
    lock.put("beats", beats);
    return lock;
  }

  /** Whether its process would be seen from here, if it ran. */
  boolean isHere() {
    return place.equals(thisPlace());
  }

  /** Whether it is another process than this one, and runs. Asked only where it would be seen. */
  boolean isAnotherThatRuns() {
    return pid != ProcessHandle.current().pid()
        && ProcessHandle.of(pid)
            .filter(process -> started(process).equals(processStarted))
            .isPresent();
  }

  /** What who wants the lock reads. */
  SetupException taken() {
    return new SetupException(
        "output.path: another run is writing there: %s, since %s. Wait for it, or end it."
            .formatted(shown(), since));
  }

  String shown() {
    return "on %s, process %s".formatted(host, pid);
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }

  private static String thisPlace() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return hostName();
    }
  }
}
