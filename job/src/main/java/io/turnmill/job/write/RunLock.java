package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Only one run writes to an output folder. Its lock is a small file that it writes again and again
 * with another number, so that others see it live without trusting anybody's clock. A lock is
 * broken when its process is known to be gone, or when nobody wrote it for the whole {@link
 * Times#lease}. Of two runs that break it at once, the one that wrote last finds its own token
 * there, and the other gives up. Whoever loses a lock all the same notices it before it commits.
 */
public final class RunLock implements AutoCloseable {
  /** Tokens of this JVM's own locks. */
  private static final Set<String> HELD_HERE = ConcurrentHashMap.newKeySet();

  /**
   * How fast locks live.
   *
   * @param beat how often the lock is written
   * @param lease after which time without a beat it is dead
   * @param settle how long two that write at once need to see each other
   */
  record Times(Duration beat, Duration lease, Duration settle) {
    static final Times USUAL =
        new Times(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(300));
  }

  private final FileSystem files;
  private final SmallFiles small;
  private final Path path;
  private final Times times;
  private final String token = UUID.randomUUID().toString();
  private final String since = Instant.now().toString();
  private final ScheduledExecutorService beating =
      Executors.newSingleThreadScheduledExecutor(RunLock::thread);
  private long beats;

  private RunLock(FileSystem files, Path path, Times times) {
    this.files = files;
    this.small = new SmallFiles(files);
    this.path = path;
    this.times = times;
  }

  /**
   * Takes the lock; waits when it must be seen whether another run lives.
   *
   * @param notes takes sentences for people
   * @throws SetupException when another run holds it
   */
  static RunLock take(FileSystem files, Path path, Times times, Consumer<String> notes)
      throws IOException {
    RunLock lock = new RunLock(files, path, times);
    try {
      Optional<JsonNode> other = lock.small.read(path);
      if (other.isPresent()) {
        lock.outlive(other.get(), notes);
      }
      lock.write();
      sleep(times.settle());
      if (!lock.isOurs()) {
        throw taken(lock.small.read(path).orElse(other.orElse(SmallFiles.json(Map.of()))));
      }
    } catch (RuntimeException | IOException e) {
      lock.beating.shutdownNow();
      throw e;
    }
    HELD_HERE.add(lock.token);
    long millis = times.beat().toMillis();
    var unused =
        lock.beating.scheduleWithFixedDelay(lock::beat, millis, millis, TimeUnit.MILLISECONDS);
    return lock;
  }

  /** Returns when the run that wrote the lock is gone. */
  private void outlive(JsonNode other, Consumer<String> notes) throws IOException {
    if (other.path("place").asText().equals(place())) {
      if (HELD_HERE.contains(other.path("token").asText()) || lives(other)) {
        throw taken(other);
      }
      return;
    }
    notes.accept(
        "A run on %s may still write here; waiting %d s for a sign of life."
            .formatted(other.path("host").asText(), times.lease().toSeconds()));
    long end = System.nanoTime() + times.lease().toNanos();
    while (System.nanoTime() < end) {
      sleep(times.beat().dividedBy(4));
      Optional<JsonNode> now = small.read(path);
      if (now.isEmpty()) {
        return;
      }
      if (!now.get().equals(other)) {
        throw taken(now.get());
      }
    }
    notes.accept("That run is gone; its lock is broken.");
  }

  /** Whether the process on this machine is the one that wrote the lock. */
  private static boolean lives(JsonNode other) {
    long pid = other.path("pid").asLong();
    return pid != ProcessHandle.current().pid()
        && ProcessHandle.of(pid)
            .filter(process -> started(process).equals(other.path("process_started").asText()))
            .isPresent();
  }

  /**
   * Makes sure that nobody has taken the lock away.
   *
   * @throws IOException when somebody has: nothing must be committed any more
   */
  public void check() throws IOException {
    if (!isOurs()) {
      throw new IOException("Another run has taken over " + path.getParent().getParent() + ".");
    }
  }

  /** Of this lock and of no other. */
  String token() {
    return token;
  }

  /** The file that holds the token as long as the lock is held. */
  Path path() {
    return path;
  }

  private boolean isOurs() throws IOException {
    return small.read(path).map(lock -> lock.path("token").asText().equals(token)).orElse(false);
  }

  private synchronized void beat() {
    try {
      // One that is gone may have been broken by a run that is over: it is not taken again.
      if (isOurs()) {
        write();
      }
    } catch (IOException | FSError e) {
      // Others wait longer than one beat, and check() asks again before anything is committed. An
      // error is how Hadoop says that a local disk is full; the next beat may find room.
      return;
    }
  }

  private synchronized void write() throws IOException {
    Map<String, Object> lock = new LinkedHashMap<>();
    lock.put("token", token);
    lock.put("host", host());
    lock.put("place", place());
    lock.put("pid", ProcessHandle.current().pid());
    lock.put("process_started", started(ProcessHandle.current()));
    lock.put("since", since);
    lock.put("beats", beats++);
    small.replace(path, lock);
  }

  @Override
  public void close() throws IOException {
    beating.shutdownNow();
    HELD_HERE.remove(token);
    synchronized (this) {
      if (isOurs()) {
        files.delete(path, false);
      }
    }
  }

  private static SetupException taken(JsonNode other) {
    return new SetupException(
        ("output.path: another run is writing there: on %s, process %s, since %s. Wait for it, or"
                + " end it.")
            .formatted(
                other.path("host").asText(),
                other.path("pid").asText(),
                other.path("since").asText()));
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }

  /** Where process numbers mean the same: a host name alone is not enough, with containers. */
  private static String place() {
    try {
      return Files.readString(java.nio.file.Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return host();
    }
  }

  private static void sleep(Duration time) throws IOException {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The run was interrupted.", e);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "turnmill-lock");
    thread.setDaemon(true);
    return thread;
  }
}
