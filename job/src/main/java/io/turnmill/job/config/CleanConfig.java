package io.turnmill.job.config;

import io.turnmill.clean.CleanSteps;
import io.turnmill.clean.UnicodeForm;
import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Range;
import java.io.Serializable;

/** What is changed in sessions, and what becomes of duplicates, before the model is asked. */
public record CleanConfig(
    @Doc(
            "Unicode normalisation of texts; nfc composes letters with their marks; nfkc also makes"
                + " the usual forms of full-width letters, ligatures and the like.")
        @Default("none")
        UnicodeForm unicode,
    @Doc(
            "Whether each run of blanks in a text becomes one space (the indentation of code, too),"
                + " white space at its ends goes, and at most one empty line in a row stays.")
        @Default("false")
        boolean whitespace,
    @Doc(
            "A message with the role and the text of the message right before it in its session"
                + " stays, or is dropped.")
        @Default("keep")
        Repeated duplicateMessages,
    @Doc(
            "Whether consecutive messages of one role become one, with an empty line between their"
                + " texts.")
        @Default("false")
        boolean mergeTurns,
    @Doc(
            "Of sessions of one tenant with the same messages, after the steps above, and the same"
                + " carried fields that are asked about, the one with the smallest id is asked; the"
                + " others are asked as well, are rejected, or get its result by copy.")
        @Default("keep")
        Duplicates duplicateSessions,
    @Doc(
            "The same for sessions whose messages are nearly the same; their roles, system"
                + " messages and the fields that are asked about must be equal.")
        @Default("keep")
        Duplicates nearDuplicates,
    @Doc(
            "From which similarity on sessions are nearly the same: the share of their sequences of"
                + " three words (in Chinese and the like, three characters) that both have; below a"
                + " half, nearly all sessions would be compared with one another.")
        @Default("0.9")
        @Range(from = 0.5, to = 1)
        double nearDuplicateThreshold)
    implements Serializable {

  /** What becomes of a message that repeats the one before it. */
  public enum Repeated {
    KEEP,
    DROP
  }

  /** What becomes of duplicates of a session that is kept. */
  public enum Duplicates {
    KEEP,
    REJECT,
    /** The result of the session that is kept is theirs, too. */
    COPY
  }

  /** Everything stays as it is. */
  public static final CleanConfig NONE =
      new CleanConfig(
          UnicodeForm.NONE, false, Repeated.KEEP, false, Duplicates.KEEP, Duplicates.KEEP, 0.9);

  /** What is changed within a session. */
  public CleanSteps steps() {
    return new CleanSteps(unicode, whitespace, duplicateMessages == Repeated.DROP, mergeTurns);
  }

  /** Whether sessions are compared with one another. */
  public boolean comparesSessions() {
    return duplicateSessions != Duplicates.KEEP || nearDuplicates != Duplicates.KEEP;
  }
}
