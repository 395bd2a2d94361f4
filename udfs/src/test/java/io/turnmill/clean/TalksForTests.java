package io.turnmill.clean;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Sessions written in a line for each message: {@code user: text}. */
final class TalksForTests {
  private TalksForTests() {}

  static Session talk(String id, String... messages) {
    return talk(new SessionKey(Optional.empty(), id), messages);
  }

  /** The message of turn {@code n} has the id {@code mN} and the time of {@code n} seconds. */
  static Session talk(SessionKey key, String... messages) {
    List<Message> all = new ArrayList<>();
    for (String message : messages) {
      String[] parts = message.split(": ", 2);
      all.add(
          new Message(
              all.size(),
              Role.valueOf(parts[0].toUpperCase(Locale.ROOT)),
              parts[1],
              Optional.of(Instant.ofEpochSecond(all.size())),
              Optional.of("m" + all.size())));
    }
    return new Session(key, all, Map.of("channel", "web"));
  }

  static List<String> lines(Session session) {
    return session.messages().stream()
        .map(message -> message.role().wireName() + ": " + message.content())
        .toList();
  }
}
