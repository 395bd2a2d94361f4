package io.turnmill.job.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Locks on files, between the processes of a host and between the threads of this one.
 *
 * <p>The system's locks belong to a process: they know no threads, and closing any channel to a
 * file gives up all of the process's locks on it. So a process holds at most one channel to each
 * lock file, in a gate that its threads share. Locks end with the process, whatever ends it. Lock
 * files are never deleted: a process that waits for a deleted one waits for nothing.
 */
final class FileLocks {
  private static final Map<Path, Gate> GATES = new ConcurrentHashMap<>();

  private FileLocks() {}

  /** A lock; closing it gives it up, and closing it again does nothing. */
  static final class Held implements AutoCloseable {
    private final Gate gate;
    private boolean closed;

    private Held(Gate gate) {
      this.gate = gate;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        gate.release();
      }
    }
  }

  /** Waits for a lock that many may hold at once. */
  static Held shared(Path file) throws IOException {
    return gate(file).shared();
  }

  /**
   * Waits for a lock that one alone may hold.
   *
   * @param onWait called once when somebody else holds it
   */
  static Held exclusive(Path file, Runnable onWait) throws IOException {
    return gate(file).exclusive(onWait);
  }

  /** The lock that one alone may hold, if nobody holds it in any way. */
  static Optional<Held> tryExclusive(Path file) throws IOException {
    return gate(file).tryExclusive();
  }

  private static Gate gate(Path file) {
    return GATES.computeIfAbsent(file.toAbsolutePath().normalize(), Gate::new);
  }

  /** One lock file as this process sees it. */
  private static final class Gate {
    private final Path file;
    private FileChannel channel;
    private int holders;
    private boolean exclusive;

    Gate(Path file) {
      this.file = file;
    }

    synchronized Held shared() throws IOException {
      awaitWhile(() -> exclusive);
      if (holders == 0) {
        take(true);
      }
      holders++;
      return new Held(this);
    }

    synchronized Held exclusive(Runnable onWait) throws IOException {
      Optional<Held> free = tryExclusive();
      if (free.isPresent()) {
        return free.get();
      }
      onWait.run();
      awaitWhile(() -> holders > 0);
      take(false);
      holders = 1;
      exclusive = true;
      return new Held(this);
    }

    synchronized Optional<Held> tryExclusive() throws IOException {
      if (holders > 0) {
        return Optional.empty();
      }
      FileChannel opened = open();
      FileLock lock = null;
      try {
        lock = opened.tryLock();
      } finally {
        if (lock == null) {
          opened.close();
        }
      }
      if (lock == null) {
        return Optional.empty();
      }
      channel = opened;
      holders = 1;
      exclusive = true;
      return Optional.of(new Held(this));
    }

    synchronized void release() {
      holders--;
      if (holders == 0) {
        exclusive = false;
        try {
          channel.close();
        } catch (IOException e) {
          Fetch.LOG.warn("{} could not be closed: {}", file, e.getMessage());
        }
        notifyAll();
      }
    }

    private void take(boolean shared) throws IOException {
      FileChannel opened = open();
      FileLock lock = null;
      try {
        lock = opened.lock(0, Long.MAX_VALUE, shared);
      } finally {
        if (lock == null) {
          opened.close();
        }
      }
      channel = opened;
    }

    private FileChannel open() throws IOException {
      return FileChannel.open(
          file,
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
    }

    private synchronized void awaitWhile(BooleanSupplier held) throws InterruptedIOException {
      try {
        while (held.getAsBoolean()) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for " + file);
      }
    }
  }
}
