package io.turnmill.job.read;

/**
 * Thrown when a file of the archive cannot be read to its end, so that the run ends. A task throws
 * it, so it does not have a cause, which perhaps could not be serialized, nor a stack trace, which
 * would say nothing about the file.
 */
public final class UnreadableFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private UnreadableFileException(String sentence) {
    super(sentence, null, false, false);
  }

  /** The file is damaged or missing. */
  static UnreadableFileException lost(LostFile file) {
    return new UnreadableFileException(
        ("%s cannot be read to its end: %s; mend it, leave it out, or set check.bad_file = reject"
                + " to continue without its sessions.")
            .formatted(file.shownName(), file.reason()));
  }

  /** The store denies permission to read the file; nothing in it is lost. */
  static UnreadableFileException denied(String shownName) {
    return new UnreadableFileException(
        "%s may not be read: permission is denied; allow it, or leave the file out."
            .formatted(shownName));
  }

  /** The store does not return the file, after all attempts. */
  static UnreadableFileException store(String shownName, String reason) {
    return new UnreadableFileException(
        "%s cannot be read at the moment, after several attempts: %s; the same command resumes the run when its store works again."
            .formatted(shownName, reason));
  }
}
