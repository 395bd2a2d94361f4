package io.turnmill.clean;

import java.io.Serializable;

/**
 * How much each step of {@link CleanSteps} has changed.
 *
 * @param unicode how many messages the Unicode normalisation changed
 * @param whitespace how many messages the normalisation of white space changed
 * @param dropped how many messages were dropped because they repeat the one before
 * @param merged how many messages became a part of the one before
 * @param sessions how many sessions were changed by any step
 */
public record CleanCounts(long unicode, long whitespace, long dropped, long merged, long sessions)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final CleanCounts NONE = new CleanCounts(0, 0, 0, 0, 0);

  /** The counts of one session, which is changed if any message is. */
  static CleanCounts ofOne(long unicode, long whitespace, long dropped, long merged) {
    boolean changed = unicode + whitespace + dropped + merged > 0;
    return new CleanCounts(unicode, whitespace, dropped, merged, changed ? 1 : 0);
  }

  public CleanCounts plus(CleanCounts more) {
    return new CleanCounts(
        unicode + more.unicode,
        whitespace + more.whitespace,
        dropped + more.dropped,
        merged + more.merged,
        sessions + more.sessions);
  }
}
