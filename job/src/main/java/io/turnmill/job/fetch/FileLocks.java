package io.turnmill.job.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.hadoop.io.IOUtils;

/**
 * Locks on files, between the processes of a host and between the threads of this process.
 *
 * <p>The system's locks belong to a process, not to its threads, and closing any channel to a file
 * releases all locks of the process on it. So a process holds at most one channel to each lock
 * file. Locks end with the process, however it ends. Lock files are never deleted, because a
 * process that waits for the lock of a deleted file would not exclude any other.
 */
final class FileLocks {
  private static final Map<Path, Semaphore> EXCLUSIVE = new HashMap<>();
  private static final Map<Path, Use> USED = new HashMap<>();

  private FileLocks() {}

  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  /**
   * Runs an action while no other thread or process holds this lock.
   *
   * @param onWait called once when the lock is held elsewhere
   */
  static void exclusive(Path file, Runnable onWait, Action action) throws IOException {
    Semaphore mine;
    synchronized (EXCLUSIVE) {
      mine = EXCLUSIVE.computeIfAbsent(file, made -> new Semaphore(1));
    }
    if (!mine.tryAcquire()) {
      onWait.run();
      acquire(mine);
    }
    try (FileChannel channel = open(file)) {
      if (channel.tryLock() == null) {
        onWait.run();
        channel.lock();
      }
      action.run();
    } finally {
      mine.release();
    }
  }

  private static void acquire(Semaphore mine) throws InterruptedIOException {
    try {
      mine.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another thread fetches a model");
    }
  }

  /**
   * Says that this process uses what a file stands for; each call needs one that says the contrary.
   */
  static synchronized void use(Path file) throws IOException {
    Use use = USED.get(file);
    if (use == null) {
      FileChannel channel = open(file);
      FileLock lock = null;
      try {
        lock = channel.lock(0, Long.MAX_VALUE, true);
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
      use = new Use(channel);
      USED.put(file, use);
    }
    use.count++;
  }

  static synchronized void endUse(Path file) {
    Use use = USED.get(file);
    use.count--;
    if (use.count == 0) {
      USED.remove(file);
      IOUtils.closeStream(use.channel);
    }
  }

  /**
   * Runs an action unless a process uses what the file stands for. No process can begin to use it
   * meanwhile.
   *
   * @return whether the action was run
   */
  static synchronized boolean ifUnused(Path file, Action action) throws IOException {
    if (USED.containsKey(file)) {
      return false;
    }
    try (FileChannel channel = open(file)) {
      boolean unused = channel.tryLock() != null;
      if (unused) {
        action.run();
      }
      return unused;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  /** A shared lock of this process, and how many uses it counts. */
  private static final class Use {
    private final FileChannel channel;
    private int count;

    private Use(FileChannel channel) {
      this.channel = channel;
    }
  }
}
