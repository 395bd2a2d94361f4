package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.model.SparseModelCopy;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.io.IOUtils;
import org.apache.hadoop.security.AccessControlException;

/**
 * Reads one file of a source, at any place, for one thread. A read that fails is tried again on a
 * new stream, after a wait that doubles each time, because connections break and servers are busy.
 * Each new stream checks that the file has not changed.
 */
final class SourceStream implements SparseModelCopy.Range, AutoCloseable {
  /** How many bytes a thread holds in memory and asks of the store at once. */
  private static final int CHUNK_BYTES = 8 << 20;

  private static final int ATTEMPTS = 6;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final OpenSource source;
  private final SourceFile file;
  private final FetchEnvironment.Sleeper sleeper;
  private FSDataInputStream stream;

  SourceStream(OpenSource source, SourceFile file, FetchEnvironment.Sleeper sleeper) {
    this.source = source;
    this.file = file;
    this.sleeper = sleeper;
  }

  /** Copies a range of the file to the same place of another one. */
  void copy(long from, long to, RandomAccessFile out) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, to - from)];
    for (long at = from; at < to; at += chunk.length) {
      if (chunk.length > to - at) {
        chunk = new byte[(int) (to - at)];
      }
      read(at, chunk);
      out.seek(at);
      out.write(chunk);
    }
  }

  /**
   * @throws SetupException when all attempts have failed, with the reason of the last
   * @throws InterruptedIOException when the thread was interrupted
   */
  @Override
  public void read(long offset, byte[] into) throws IOException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        if (stream == null) {
          stream = source.stream(file);
        }
        stream.readFully(offset, into, 0, into.length);
        return;
      } catch (IOException e) {
        // A socket's time-out is an InterruptedIOException as well, but is not a request to stop.
        if (e instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failed(e, attempt);
      }
      close();
      pause(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private void failed(IOException e, int attempt) {
    String reason =
        e instanceof EOFException
            ? "its reads end before byte " + file.sizeBytes() + ", which the listing promised"
            : FileSystems.shown(ModelSource.firstLine(e));
    boolean permanent =
        e instanceof FileNotFoundException
            || e instanceof AccessDeniedException
            || e instanceof AccessControlException;
    if (attempt == ATTEMPTS || permanent) {
      throw new SetupException("%s: cannot be read: %s.".formatted(source.shown(file), reason), e);
    }
    FolderFetch.LOG.info("{}: {}; trying again.", source.shown(file), reason);
  }

  private void pause(Duration time) throws InterruptedIOException {
    try {
      sleeper.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two attempts");
    }
  }

  @Override
  public void close() {
    IOUtils.closeStream(stream);
    stream = null;
  }
}
