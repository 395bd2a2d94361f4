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
  SCORE;

  /** Whether the model writes text, so that it matters how it is sampled. */
  public boolean writes() {
    return switch (this) {
      case REPLY, REPLAY, ROLLOUT -> true;
      case CLASSIFY, EMBED, SCORE -> false;
    };
  }

  /** As it stands in the settings. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
