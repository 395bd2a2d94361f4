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
 * The process that holds a {@link RunLock}, as the lock's file says.
 *
 * @param token a text that only this lock has
 * @param place identifies the space of process numbers: with containers, a host name is not enough
 * @param processStarted the start of the process, to tell it from a later one of the same number;
 *     empty if not known
 * @param since the time at which the lock was taken
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
   * @param beats how often the lock was renewed
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

  /** Whether this process could see the holder if it ran. */
  boolean isHere() {
    return place.equals(thisPlace());
  }

  /** Whether the holder is another process and runs. Only if {@link #isHere}. */
  boolean isAnotherThatRuns() {
    return pid != ProcessHandle.current().pid()
        && ProcessHandle.of(pid)
            .filter(process -> started(process).equals(processStarted))
            .isPresent();
  }

  /** The message for the user of a run that wants the lock, too. */
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
