package io.turnmill.clean;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * The length and the language of a session, by which sessions can be drawn evenly. The script of
 * most letters stands for the language: {@code "latin"}, {@code "han"}, {@code "cyrillic"}.
 *
 * @param fromCharacters the greatest power of two that is not above the number of characters (code
 *     points) of all messages; 1 for a session without characters
 * @param script the script of most letters as Unicode names it, in lower case; {@link #NO_LETTERS}
 *     if there are none
 */
public record SessionGroup(long fromCharacters, String script)
    implements Comparable<SessionGroup>, Serializable {
  private static final long serialVersionUID = 1L;

  public static final String NO_LETTERS = "no letters";

  private static final Comparator<SessionGroup> ORDER =
      Comparator.comparing(SessionGroup::script).thenComparing(SessionGroup::fromCharacters);

  /** The group of a session with these texts. */
  public static SessionGroup of(List<String> texts) {
    long characters = texts.stream().mapToLong(text -> text.codePointCount(0, text.length())).sum();
    return new SessionGroup(lengthOf(characters), scriptOf(texts));
  }

  /** The length of a session in steps of a factor of two: 256 for 256 to 511 characters. */
  public static long lengthOf(long characters) {
    return Long.highestOneBit(Math.max(1, characters));
  }

  /** The script of most letters of some texts. */
  public static String scriptOf(List<String> texts) {
    ScriptCount count = new ScriptCount();
    texts.forEach(count::add);
    return count.most(NO_LETTERS);
  }

  /** By script, and then by length. */
  @Override
  public int compareTo(SessionGroup other) {
    return ORDER.compare(this, other);
  }
}
