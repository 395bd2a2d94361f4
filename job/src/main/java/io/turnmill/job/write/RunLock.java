package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Only one run writes to an output folder. Its lock is a small file ({@link LockFiles}) that one
 * run can make, and that it writes again and again with another number, so that others see it live
 * without trusting any clock. A lock is broken when its process is known to be gone, or when it was
 * not written for the whole {@link Times#lease}. A run that loses its lock all the same notices it
 * before it commits.
 */
public final class RunLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);

  private static final int MOST_ATTEMPTS = 20;

  /** Tokens of this JVM's own locks, those that it is about to take among them. */
  private static final Set<String> HELD_HERE = ConcurrentHashMap.newKeySet();

  /**
   * How fast locks live.
   *
   * @param beat how often the lock is written
   * @param lease after which time without a beat it is dead
   * @param settle how long two that write at once need to see each other, on a store that cannot
   *     decide between them
   */
  record Times(Duration beat, Duration lease, Duration settle) {
    static final Times USUAL =
        new Times(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(300));
  }

  private final LockFiles locks;
  private final Path folder;
  private final Times times;
  private final LockHolder holder = LockHolder.ofThisProcess(UUID.randomUUID().toString());
  private final ScheduledExecutorService beating =
      Executors.newSingleThreadScheduledExecutor(RunLock::thread);
  private final Set<String> failuresTold = new HashSet<>();
  private boolean isLate;
  private int number;
  private long beats;

  private RunLock(LockFiles locks, Path folder, Times times) {
    this.locks = locks;
    this.folder = folder;
    this.times = times;
  }

  /**
   * Takes the lock; waits when it must be seen whether another run lives.
   *
   * @param folder where its files are
   * @param retry of what the file system cannot do at the moment
   * @param notes takes sentences for people
   * @throws SetupException when another run holds it
   */
  static RunLock take(
      FileSystem files, Path folder, Times times, Retry retry, Consumer<String> notes)
      throws IOException {
    RunLock lock = new RunLock(new LockFiles(files, folder, retry), folder, times);
    boolean isTaken = false;
    // Before there is a file: others in this process look here alone.
    HELD_HERE.add(lock.holder.token());
    try {
      for (int attempt = 1; !lock.takeNext(notes); attempt++) {
        // Another run was faster, or gave its lock back meanwhile.
        if (attempt == MOST_ATTEMPTS) {
          throw new IOException("The lock in " + folder + " is there and not there.");
        }
        sleep(times.settle());
      }
      isTaken = true;
    } finally {
      if (!isTaken) {
        lock.beating.shutdownNow();
        HELD_HERE.remove(lock.holder.token());
      }
    }
    long millis = times.beat().toMillis();
    var unused =
        lock.beating.scheduleWithFixedDelay(lock::beat, millis, millis, TimeUnit.MILLISECONDS);
    return lock;
  }

  /**
   * Says for people who writes, as far as a look at the lock's files tells.
   *
   * @param folder where its files are
   */
  static String writer(FileSystem files, Path folder, Retry retry) throws IOException {
    LockFiles locks = new LockFiles(files, folder, retry);
    OptionalInt last = locks.last();
    Optional<JsonNode> lock = last.isPresent() ? locks.read(last.getAsInt()) : Optional.empty();
    if (lock.isEmpty() || LockFiles.isReleased(lock.get())) {
      return "nobody";
    }
    LockHolder holder = LockHolder.of(lock.get());
    if (!holder.isHere()) {
      return holder.shown() + ", if that still runs";
    }
    return holder.isAnotherThatRuns() || HELD_HERE.contains(holder.token())
        ? holder.shown()
        : "nobody; " + holder.shown() + " is gone";
  }

  /** Whether the lock after the last one is ours now. */
  private boolean takeNext(Consumer<String> notes) throws IOException {
    OptionalInt last = locks.last();
    if (last.isPresent()) {
      Optional<JsonNode> other = locks.read(last.getAsInt());
      if (other.isEmpty() || !isGone(last.getAsInt(), other.get(), notes)) {
        return false;
      }
    }
    number = last.orElse(0) + 1;
    if (!locks.create(number, holder.json(beats))) {
      return false;
    }
    sleep(times.settle());
    if (!isOurs()) {
      return false;
    }
    locks.removeBefore(number);
    return true;
  }

  /**
   * Returns whether the run that wrote the lock is gone; false when the lock itself is.
   *
   * @throws SetupException when that run lives
   */
  private boolean isGone(int last, JsonNode lock, Consumer<String> notes) throws IOException {
    if (LockFiles.isReleased(lock)) {
      return true;
    }
    LockHolder other = LockHolder.of(lock);
    if (other.isHere()) {
      if (HELD_HERE.contains(other.token()) || other.isAnotherThatRuns()) {
        throw other.taken();
      }
      return true;
    }
    notes.accept(
        String.format(
            Locale.ROOT,
            "A run on %s may still write here; waiting %d s for a sign of life.",
            other.host(),
            times.lease().toSeconds()));
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < times.lease().toNanos()) {
      sleep(times.beat().dividedBy(4));
      Optional<JsonNode> now = locks.read(last);
      if (now.isEmpty()) {
        return false;
      }
      if (!now.get().equals(lock)) {
        throw LockHolder.of(now.get()).taken();
      }
    }
    notes.accept("That run is gone; its lock is broken.");
    return true;
  }

  /**
   * Makes sure that no other run has taken the lock away.
   *
   * @throws IOException when another run has: nothing must be committed any more
   */
  public void check() throws IOException {
    if (!isOurs()) {
      throw lost(folder);
    }
  }

  /** A token that this lock has and no other one has. */
  String token() {
    return holder.token();
  }

  /** For tasks on executors, which commit what the run that holds the lock computed. */
  Held held() {
    return new Held(folder.toString(), number, holder.token());
  }

  /**
   * A lock as others than its holder see it. Travels to the executors.
   *
   * @param folder of its files
   * @param number that it has among them
   */
  record Held(String folder, int number, String token) implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * As {@link RunLock#check}; asks once.
     *
     * @throws IOException when another run has taken the lock away, or that cannot be told
     */
    void check(FileSystem files) throws IOException {
      Path path = new Path(folder);
      if (!new LockFiles(files, path, Retry.never()).counts(number, token)) {
        throw lost(path);
      }
    }
  }

  private static LockLostException lost(Path folder) {
    return new LockLostException("Another run has taken over " + folder.getParent() + ".");
  }

  private boolean isOurs() throws IOException {
    return locks.counts(number, holder.token());
  }

  /** Whatever happens here, the next beat comes. */
  private synchronized void beat() {
    try {
      // One that is gone may have been broken by a run that is over: it is not taken again.
      locks.renew(number, holder.token(), holder.json(++beats));
      if (isLate) {
        isLate = false;
        LOG.info("The lock of {} is renewed again.", folder.getParent());
      }
    } catch (Exception | Error e) {
      // Clients of object stores throw unchecked exceptions, and Hadoop an error when a local disk
      // is full. Others wait longer than one beat, and check() asks before anything is committed.
      if (!beating.isShutdown() && failuresTold.add(e.getClass().getName())) {
        isLate = true;
        LOG.warn(
            "The lock of {} could not be renewed; this is tried again every {} s. After {} s"
                + " without success another host may take the folder over, and this run would then"
                + " end before it commits anything more.",
            folder.getParent(),
            times.beat().toSeconds(),
            times.lease().toSeconds(),
            e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    beating.shutdownNow();
    HELD_HERE.remove(holder.token());
    synchronized (this) {
      if (isOurs()) {
        locks.release(number);
      }
    }
  }

  private static void sleep(Duration time) throws IOException {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The run was interrupted.");
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "turnmill-lock");
    thread.setDaemon(true);
    return thread;
  }
}
