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
 * Lets only one run write to an output folder. The lock is a small file ({@link LockFiles}) that
 * only one run can make. The run writes it again and again with another number, so that other runs
 * see that it lives without relying on clocks. A lock is broken when its process is known to have
 * ended, or when it was not written for the time {@link Times#lease}. A run that loses its lock
 * nevertheless notices this before it commits.
 */
public final class RunLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);

  private static final int MOST_ATTEMPTS = 20;

  /** The tokens of this JVM's own locks, including those that it is about to take. */
  private static final Set<String> HELD_HERE = ConcurrentHashMap.newKeySet();

  /**
   * The times of a lock.
   *
   * @param beat how often the lock is written
   * @param lease the time without a beat after which the lock may be broken
   * @param settle the time after which two runs that write at once see each other's files, on a
   *     store that cannot decide between them
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
   * Takes the lock. Waits if it must find out whether another run still lives.
   *
   * @param folder the folder of the lock's files
   * @param retry how to retry what the file system cannot do at the moment
   * @param notes takes sentences for people
   * @throws SetupException when another run holds it
   */
  static RunLock take(
      FileSystem files, Path folder, Times times, Retry retry, Consumer<String> notes)
      throws IOException {
    RunLock lock = new RunLock(new LockFiles(files, folder, retry), folder, times);
    boolean isTaken = false;
    // This is done before there is a file, because other threads of this process look only here.
    HELD_HERE.add(lock.holder.token());
    try {
      for (int attempt = 1; !lock.takeNext(notes); attempt++) {
        // Another run was faster, or released its lock meanwhile.
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
   * Says for people which run writes, as far as the lock's files tell.
   *
   * @param folder the folder of the lock's files
   */
  static String writer(FileSystem files, Path folder, Retry retry) throws IOException {
    LockFiles locks = new LockFiles(files, folder, retry);
    OptionalInt last = locks.last();
    Optional<JsonNode> lock = last.isPresent() ? locks.read(last.getAsInt()) : Optional.empty();
    if (lock.isEmpty() || LockFiles.isReleased(lock.get())) {
      return "no run";
    }
    LockHolder holder = LockHolder.of(lock.get());
    if (!holder.isHere()) {
      return holder.shown() + ", if that still runs";
    }
    return holder.isAnotherThatRuns() || HELD_HERE.contains(holder.token())
        ? holder.shown()
        : "no run; " + holder.shown() + " is gone";
  }

  /** Tries to make the lock after the last one. Returns whether this run has it now. */
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
   * Returns whether the run that wrote the lock has ended; false if the lock was released
   * meanwhile.
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
   * @throws IOException when another run has taken it: nothing may be committed any more
   */
  public void check() throws IOException {
    if (!isOurs()) {
      throw lost(folder);
    }
  }

  /** A token that only this lock has. */
  String token() {
    return holder.token();
  }

  /** The lock as tasks on executors check it before they commit. */
  Held held() {
    return new Held(folder.toString(), number, holder.token());
  }

  /**
   * A lock that the driver holds, as other processes check it. Serialized and sent to the
   * executors.
   *
   * @param folder the folder of its files
   * @param number its number among them
   */
  record Held(String folder, int number, String token) implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * As {@link RunLock#check}, but asks the file system only once.
     *
     * @throws IOException when another run has taken the lock away, or when this cannot be found
     *     out
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

  /** Renews the lock. Nothing is thrown, so that the next beat comes in any case. */
  private synchronized void beat() {
    try {
      // A missing file may have been broken by a run that has ended: it is not made again.
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
