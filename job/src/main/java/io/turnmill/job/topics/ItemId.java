package io.turnmill.job.topics;

import io.turnmill.session.Scope;
import io.turnmill.session.SessionKey;
import java.util.Optional;

/**
 * A session or a document, of whichever tenant.
 *
 * @param scope which of the two it is
 */
record ItemId(Scope scope, SessionKey key) {
  private static final char NO_TENANT = '-';

  /** One text for both, no two of which are equal. */
  String text() {
    String tenant =
        key.tenant().map(of -> of.length() + ":" + of).orElse(Character.toString(NO_TENANT));
    return (scope == Scope.DOCUMENT ? 'd' : 's') + tenant + key.sessionId();
  }

  /** What {@link #text} made. */
  static ItemId of(String text) {
    Scope scope = text.charAt(0) == 'd' ? Scope.DOCUMENT : Scope.SESSION;
    if (text.charAt(1) == NO_TENANT) {
      return new ItemId(scope, new SessionKey(Optional.empty(), text.substring(2)));
    }
    int from = text.indexOf(':') + 1;
    int to = from + Integer.parseInt(text.substring(1, from - 1));
    return new ItemId(
        scope, new SessionKey(Optional.of(text.substring(from, to)), text.substring(to)));
  }
}
