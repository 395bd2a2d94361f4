package io.turnmill.task;

import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.Transcript;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The parts of a session for which a task has one answer each. */
public enum Unit {
  /** The whole session has one answer. */
  SESSION,
  /** Every message has one. */
  TURN,
  /** Every message by the user has one. */
  USER_TURN,
  /** Every message by the assistant has one. */
  ASSISTANT_TURN;

  /** As it stands in the settings. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The turns that have an answer, in order; a single empty one stands for the whole session. */
  List<OptionalInt> in(Session session) {
    return switch (this) {
      case SESSION -> List.of(OptionalInt.empty());
      case TURN -> turns(session, Role.values());
      case USER_TURN -> turns(session, Role.USER);
      case ASSISTANT_TURN -> turns(session, Role.ASSISTANT);
    };
  }

  private static List<OptionalInt> turns(Session session, Role... roles) {
    List<Role> wanted = List.of(roles);
    return IntStream.range(0, session.messages().size())
        .filter(turn -> wanted.contains(session.messages().get(turn).role()))
        .mapToObj(OptionalInt::of)
        .toList();
  }

  /**
   * The text of a part: the message alone, or the session as {@link Transcript} writes it. A chunk
   * is its own text, as long as it was cut to be, and nobody says it.
   *
   * @param turn empty for the whole session
   */
  static String text(Session session, OptionalInt turn) {
    if (turn.isEmpty() && ChunkSession.isChunk(session)) {
      return ChunkSession.text(session);
    }
    return turn.isPresent()
        ? session.messages().get(turn.getAsInt()).content()
        : Transcript.of(session.messages());
  }

  /** What it costs to show a part to a tokenizer, in characters. */
  static long chars(Session session, OptionalInt turn) {
    return turn.isPresent()
        ? AtOnce.chars(session.messages().get(turn.getAsInt()))
        : AtOnce.chars(session.messages());
  }
}
