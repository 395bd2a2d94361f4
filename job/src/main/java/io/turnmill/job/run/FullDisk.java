package io.turnmill.job.run;

import static io.turnmill.job.hadoop.PermanentFailures.NO_QUOTA;
import static io.turnmill.job.hadoop.PermanentFailures.NO_SPACE;

import io.turnmill.job.config.SetupException;
import java.util.Optional;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;

/**
 * Says in a sentence that a disk is full. Neither Java nor most file systems have an exception of
 * their own for it, so its text is all there is to go by, and it does not say which disk.
 */
public final class FullDisk {
  private static final int DEEPEST = 50;

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
   * The failure as people should read it; nothing when it has nothing to do with a full disk.
   *
   * @param output folder of the run
   */
  public static Optional<SetupException> in(Throwable failure, String output) {
    String reason = "";
    int depth = 0;
    for (Throwable t = failure; t != null && depth < DEEPEST; t = t.getCause(), depth++) {
      String said = String.valueOf(t.getMessage());
      if (t instanceof SetupException) {
        return Optional.empty();
      }
      if (t instanceof ClusterStorageCapacityExceededException
          || NO_SPACE.matcher(said).find()
          || NO_QUOTA.matcher(said).find()) {
        reason = said.lines().findFirst().orElse("").strip().replaceAll("\\.$", "");
      }
    }
    return reason.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new SetupException(
                "output.path: no space or quota is left for %s, or for what is kept on local disks meanwhile (spark.local.dir, spark.hadoop.fs.s3a.buffer.dir): %s. Make room there. Then give the same command again: the run resumes where it stopped."
                    .formatted(output, reason),
                failure));
  }
}
