package io.turnmill.job.hadoop;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.PathAccessDeniedException;
import org.apache.hadoop.fs.PathExistsException;
import org.apache.hadoop.fs.PathNotFoundException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;

/** Tells what fails now and works in a minute from what fails until somebody changes something. */
public final class PermanentFailures {
  private static final int DEEPEST = 20;

  private static final Set<Class<? extends IOException>> ABSENT =
      Set.of(FileNotFoundException.class, NoSuchFileException.class, PathNotFoundException.class);

  private static final Set<Class<? extends IOException>> DENIED =
      Set.of(
          AccessControlException.class,
          AccessDeniedException.class,
          PathAccessDeniedException.class);

  private static final Set<Class<? extends IOException>> OTHERS =
      Set.of(
          FileAlreadyExistsException.class,
          java.nio.file.FileAlreadyExistsException.class,
          PathExistsException.class,
          ParentNotDirectoryException.class,
          UnsupportedFileSystemException.class,
          ClusterStorageCapacityExceededException.class,
          ClosedByInterruptException.class);

  /** S3A's, whose classes not every build has. */
  private static final Set<String> NAMES = Set.of("UnknownStoreException");

  /** HDFS's: no machine that is there has a copy of a part of the file. */
  private static final Set<String> NO_COPY = Set.of("BlockMissingException");

  /** The words of Linux, Windows and Hadoop: there is no exception for a full disk. */
  public static final Pattern NO_SPACE =
      Pattern.compile(
          "no space left on device|not enough space on the disk|no space available in any",
          Pattern.CASE_INSENSITIVE);

  /** The words of Linux and of S3 servers. */
  public static final Pattern NO_QUOTA =
      Pattern.compile("disk quota exceeded|QuotaExceeded", Pattern.CASE_INSENSITIVE);

  private PermanentFailures() {}

  /** An exception that is never worth another attempt. */
  public interface Permanent {}

  /** Whether a failure, or what caused it, would be the same in a minute. */
  public static boolean isPermanent(Throwable failure) {
    return isAbsent(failure) || isDenied(failure) || any(failure, PermanentFailures::isOther);
  }

  /** Whether a file system says that the file does not exist. */
  public static boolean isAbsent(Throwable failure) {
    return any(failure, link -> isOneOf(ABSENT, link));
  }

  /** Whether a file system says that permission is denied. */
  public static boolean isDenied(Throwable failure) {
    return any(failure, link -> isOneOf(DENIED, link));
  }

  /**
   * Whether HDFS finds no copy of a part of a file. That is not permanent as such: a machine may
   * come back.
   */
  public static boolean isWithoutCopy(Throwable failure) {
    return any(failure, link -> NO_COPY.contains(link.getClass().getSimpleName()));
  }

  private static boolean isOther(Throwable link) {
    return link instanceof Permanent
        || isOneOf(OTHERS, link)
        || NAMES.contains(link.getClass().getSimpleName())
        || isInterrupt(link)
        || says(link, NO_SPACE)
        || says(link, NO_QUOTA);
  }

  private static boolean isOneOf(Set<Class<? extends IOException>> kinds, Throwable link) {
    return kinds.stream().anyMatch(kind -> kind.isInstance(link));
  }

  /** Whether it holds of a failure, or of what caused it. */
  private static boolean any(Throwable failure, Predicate<Throwable> test) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < DEEPEST; t = t.getCause(), depth++) {
      if (test.test(t instanceof RemoteException remote ? remote.unwrapRemoteException() : t)) {
        return true;
      }
    }
    return false;
  }

  private static boolean says(Throwable failure, Pattern text) {
    return text.matcher(String.valueOf(failure.getMessage())).find();
  }

  /** A socket's time-out is an InterruptedIOException as well, and is not a wish to stop. */
  private static boolean isInterrupt(Throwable failure) {
    return failure instanceof InterruptedIOException && Thread.currentThread().isInterrupted();
  }
}
