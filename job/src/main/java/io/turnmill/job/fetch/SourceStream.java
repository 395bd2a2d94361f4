package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.model.SparseModelCopy;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.security.AccessControlException;

/**
 * One file of a source, read at any place by one thread. A read that fails is tried again on a new
 * stream, after a while that doubles: connections break, and servers say that they are busy. Each
 * new stream is of the file as it was listed, or there is an error that says so.
 */
final class SourceStream implements SparseModelCopy.Range, AutoCloseable {
  private static final int ATTEMPTS = 6;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final OpenSource source;
  private final SourceFile file;
  private final Means.Sleeper sleeper;
  private FSDataInputStream stream;

  SourceStream(OpenSource source, SourceFile file, Means.Sleeper sleeper) {
    this.source = source;
    this.file = file;
    this.sleeper = sleeper;
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
        // A socket's time-out is an InterruptedIOException as well, and nobody's wish to stop.
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
            ? String.format(
                Locale.ROOT,
                "its reads end before byte %d, which the listing promised",
                file.sizeBytes())
            : FileSystems.shown(ModelSource.firstLine(e));
    if (attempt == ATTEMPTS || isPermanent(e)) {
      throw new SetupException("%s: cannot be read: %s.".formatted(source.shown(file), reason), e);
    }
    Fetch.LOG.info("{}: {}; trying again.", source.shown(file), reason);
  }

  private static boolean isPermanent(IOException e) {
    return e instanceof FileNotFoundException
        || e instanceof AccessDeniedException
        || e instanceof AccessControlException;
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
    if (stream == null) {
      return;
    }
    try {
      stream.close();
    } catch (IOException e) {
      Fetch.LOG.debug("A stream could not be closed: {}", e.getMessage());
    } finally {
      stream = null;
    }
  }
}
