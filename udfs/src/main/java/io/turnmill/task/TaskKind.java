package io.turnmill.task;

import java.util.Locale;

/** The tasks that there are, by their names in the settings. */
public enum TaskKind {
  /** A reply to the last user turn of each session. */
  REPLY,
  /** A reply to every user turn of each session, with the archive's own messages before it. */
  REPLAY,
  /**
   * A reply to every user turn of each session, one after another, with the model's own replies in
   * place of the archive's.
   */
  ROLLOUT,
  /** Labels for sessions or their turns, from an encoder's head or from a decoder's answer. */
  CLASSIFY,
  /** Vectors of sessions or their turns. */
  EMBED,
  /** Log-probabilities of what the assistant said in the archive. */
  SCORE,
  /** Answers to questions, found in the parts of a long text. */
  EXTRACT,
  /** A summary of a long text, made of those of its parts. */
  SUMMARISE,
  /** Answers to questions about each document, from the parts of it that fit them best. */
  ASK,
  /** What many sessions or documents are about: clusters of their vectors, each with a name. */
  TOPICS;

  /** Whether the model writes text, so that it matters how it is sampled. */
  public boolean writes() {
    return switch (this) {
      case REPLY, REPLAY, ROLLOUT, EXTRACT, SUMMARISE, ASK, TOPICS -> true;
      case CLASSIFY, EMBED, SCORE -> false;
    };
  }

  /** Whether the model replies to turns by the user, without which a session is of no use. */
  public boolean repliesToUser() {
    return writes() && !isAskedInChunks();
  }

  /**
   * Whether sessions, too, are asked about in chunks, as documents always are, so that their length
   * does not matter.
   */
  public boolean isAskedInChunks() {
    return switch (this) {
      case REPLY, REPLAY, ROLLOUT, CLASSIFY, EMBED, SCORE -> false;
      case EXTRACT, SUMMARISE, ASK, TOPICS -> true;
    };
  }

  /** Whether documents can be asked about. */
  public boolean isForDocuments() {
    return switch (this) {
      case REPLY, REPLAY, ROLLOUT, SCORE -> false;
      case CLASSIFY, EMBED, EXTRACT, SUMMARISE, ASK, TOPICS -> true;
    };
  }

  /** As it stands in the settings. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
