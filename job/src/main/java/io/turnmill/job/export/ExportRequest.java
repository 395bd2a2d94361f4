package io.turnmill.job.export;

import java.util.Locale;
import java.util.Optional;

/**
 * What {@code export} is to write.
 *
 * @param path an output folder, its {@code results} folder, a bucket or a file
 * @param replies whose replies conversations end with
 * @param variant the variant whose results are exported, if the run has several
 * @param output a file that is to be made, or a folder for it
 * @param overwrite whether a file that is there is replaced
 * @param incomplete whether the results of a run that is not complete are exported, too
 */
public record ExportRequest(
    String path,
    ExportFormat format,
    Replies replies,
    Optional<String> variant,
    String output,
    boolean overwrite,
    boolean incomplete) {

  /** Whose replies an export of conversations has. */
  public enum Replies {
    /** What the model of the run wrote. */
    MODEL,
    /** The assistant's own turns, as they are in the archive. */
    ARCHIVE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
