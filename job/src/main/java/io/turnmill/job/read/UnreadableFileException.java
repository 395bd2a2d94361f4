package io.turnmill.job.read;

/**
 * A file of the archive cannot be read to its end, and the run ends for it. Thrown in a task; so it
 * brings no cause, which may not be fit to travel. Where it was thrown says nothing about the file.
 */
public final class UnreadableFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private UnreadableFileException(String sentence) {
    super(sentence, null, false, false);
  }

  /** The file is damaged or gone. */
  static UnreadableFileException lost(LostFile file) {
    return new UnreadableFileException(
        ("%s cannot be read to its end: %s; mend it, leave it out, or set check.bad_file = reject"
                + " to go on without its sessions.")
            .formatted(file.shownName(), file.reason()));
  }

  /** The store refuses to give the file; nothing in it is lost. */
  static UnreadableFileException denied(String shownName) {
    return new UnreadableFileException(
        "%s may not be read: permission is denied; allow it, or leave the file out."
            .formatted(shownName));
  }

  /** The store does not give the file, however often it is asked. */
  static UnreadableFileException store(String shownName, String reason) {
    return new UnreadableFileException(
        "%s cannot be read at the moment, after several attempts: %s; the same command resumes the run when its store works again."
            .formatted(shownName, reason));
  }
}
