package io.turnmill.job.run;

import static io.turnmill.job.hadoop.PermanentFailures.NO_QUOTA;
import static io.turnmill.job.hadoop.PermanentFailures.NO_SPACE;

import io.turnmill.job.config.SetupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.spark.SparkThrowable;

/**
 * What a failure says about a full disk: which one it is, and what to do. Neither Java nor most
 * file systems have an exception of their own for it, so that its text is all there is to go by.
 */
public final class FullDisk {
  private static final int DEEPEST = 50;

  /** Hadoop's file systems, and what Spark spills, exchanges and keeps on local disks with. */
  private static final Pattern WRITER =
      Pattern.compile(
          "org\\.apache\\.(hadoop|spark\\.(storage|shuffle|broadcast|network|io|util\\.collection))\\.");

  private static final Pattern FRAME =
      Pattern.compile("^\\s+at ([\\w.$]+)\\.[\\w<>$]+\\(", Pattern.MULTILINE);

  private static final String AGAIN =
      " Then give the same command again: a run resumes where it stopped.";

  /** Whose files find no more room. */
  private enum Owner {
    OUTPUT,
    SPARK,
    UPLOADS
  }

  private FullDisk() {}

  /**
   * Throws what people should read instead of a failure, if a disk is full; else does nothing.
   *
   * @param output folder of the run
   * @throws SetupException when a disk is full
   */
  public static void explain(Throwable failure, String output) {
    Optional<SetupException> full = in(failure, output);
    if (full.isPresent()) {
      throw full.get();
    }
  }

  /**
   * The failure as people should read it.
   *
   * @param output folder of the run
   * @return nothing when it has nothing to do with a full disk
   */
  public static Optional<SetupException> in(Throwable failure, String output) {
    String path = output;
    for (Throwable link : chain(failure)) {
      if (link instanceof SetupException) {
        return Optional.empty();
      }
      if (link instanceof SparkThrowable spark && spark.getMessageParameters() != null) {
        // Spark names the folder that it could not write.
        path = spark.getMessageParameters().getOrDefault("path", path);
      }
      String said = String.valueOf(link.getMessage());
      if (isQuota(link, said)) {
        return Optional.of(new SetupException(quota(path, said), failure));
      }
      // Code that passes an exception on repeats its text; the innermost exception knows whose file
      // it was.
      if (NO_SPACE.matcher(said).find() && !saysSo(link.getCause())) {
        return Optional.of(new SetupException(full(owner(link), path), failure));
      }
    }
    return Optional.empty();
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = failure; t != null && chain.size() < DEEPEST; t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }

  private static boolean saysSo(Throwable cause) {
    return cause != null && NO_SPACE.matcher(String.valueOf(cause.getMessage())).find();
  }

  private static boolean isQuota(Throwable link, String said) {
    return link instanceof ClusterStorageCapacityExceededException
        || (NO_QUOTA.matcher(said).find() && link.getCause() == null);
  }

  /** The owner by the innermost code of Hadoop or Spark that writes files. */
  private static Owner owner(Throwable thrown) {
    return Stream.concat(
            told(thrown.getMessage()),
            Stream.of(thrown.getStackTrace()).map(StackTraceElement::getClassName))
        .filter(name -> WRITER.matcher(name).lookingAt())
        .findFirst()
        .map(FullDisk::owner)
        .orElse(Owner.OUTPUT);
  }

  /** Spark 3 tells what a task threw as a text, with the frames after it. */
  private static Stream<String> told(String text) {
    Matcher words = NO_SPACE.matcher(text);
    return words.find()
        ? FRAME.matcher(text.substring(words.end())).results().map(frame -> frame.group(1))
        : Stream.empty();
  }

  private static Owner owner(String writer) {
    if (writer.startsWith("org.apache.spark.")) {
      return Owner.SPARK;
    }
    return writer.startsWith("org.apache.hadoop.fs.s3a.")
            || writer.startsWith("org.apache.hadoop.fs.LocalDirAllocator")
        ? Owner.UPLOADS
        : Owner.OUTPUT;
  }

  private static String full(Owner owner, String path) {
    return switch (owner) {
      case OUTPUT -> "output.path: no space is left for " + path + ". Make room there." + AGAIN;
      case SPARK ->
          "spark.local.dir: no space is left where Spark keeps what it sorts and exchanges, which"
              + " is /tmp unless set otherwise (on a cluster by SPARK_LOCAL_DIRS or by YARN). Make"
              + " room there, or name a folder on a larger disk."
              + AGAIN;
      case UPLOADS ->
          "spark.hadoop.fs.s3a.buffer.dir: no space is left where uploads to "
              + path
              + " wait on a local disk. Make room there, name a folder on a larger disk, or set"
              + " spark.hadoop.fs.s3a.fast.upload.buffer = bytebuffer."
              + AGAIN;
    };
  }

  private static String quota(String path, String said) {
    String reason = said.lines().findFirst().orElse("").strip();
    return "output.path: the quota for "
        + path
        + " is used up ("
        + reason.replaceAll("\\.$", "")
        + "). Make room there, or have the quota raised."
        + AGAIN;
  }
}
