package io.turnmill.job.prepare;

import io.turnmill.clean.SessionGroup;
import java.util.List;

/**
 * The sessions of one group of length and language.
 *
 * @param sessions how many there are
 * @param characters how many characters they have together
 * @param drawn those that are drawn, by their numbers
 */
public record Stratum(
    SessionGroup group, long sessions, long characters, List<NumberedSession> drawn) {
  public Stratum {
    drawn = List.copyOf(drawn);
  }

  /** Whether no session is left that is not drawn. */
  public boolean isWhole() {
    return drawn.size() == sessions;
  }
}
