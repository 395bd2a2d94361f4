package io.turnmill.clean;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The shingles of a session, of which a near-duplicate has nearly the same: the hash of each three
 * tokens in a row of a message, and of its role. A token is a word, or one character of a script
 * that is written without spaces, such as Chinese. Letter case, punctuation, white space and
 * compatible forms (full-width letters, say) make no difference. A message of fewer tokens is one
 * shingle. System messages have none, because a long one that all sessions share would make all of
 * them near-duplicates; they must be equal instead.
 *
 * <pre>
 * "Where is my order?"   where is my · is my order
 * "我的订单在哪里？"       我的订 · 的订单 · 订单在 · 单在哪 · 在哪里
 * </pre>
 */
final class Shingles {
  private static final int TOKENS = 3;

  private static final Set<UnicodeScript> WITHOUT_SPACES =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  private Shingles() {}

  /** Hands on the hash of each shingle, in order; one that comes again is handed on again. */
  static void forEach(Session session, LongConsumer consumer) {
    for (Message message : session.messages()) {
      if (message.role() != Role.SYSTEM) {
        forEach(message, consumer);
      }
    }
  }

  private static void forEach(Message message, LongConsumer consumer) {
    List<Long> tokens = tokens(message.content()).stream().map(TextHash::of).toList();
    int size = Math.min(TOKENS, tokens.size());
    long role = TextHash.of(message.role().wireName());
    for (int from = 0; from + size <= tokens.size(); from++) {
      long hash = role;
      for (int i = from; i < from + size; i++) {
        hash = TextHash.then(hash, tokens.get(i));
      }
      consumer.accept(hash);
    }
  }

  /** The tokens of a text; one without a letter or a digit is a token as a whole. */
  static List<String> tokens(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    List<String> tokens = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int at = 0; at < plain.length(); at += Character.charCount(plain.codePointAt(at))) {
      int character = plain.codePointAt(at);
      boolean isAlone = WITHOUT_SPACES.contains(UnicodeScript.of(character));
      if (isAlone || !isOfWord(character)) {
        end(word, tokens);
      }
      if (isOfWord(character)) {
        word.appendCodePoint(character);
      }
      if (isAlone) {
        end(word, tokens);
      }
    }
    end(word, tokens);
    return tokens.isEmpty() ? List.of(plain.strip()) : tokens;
  }

  private static void end(StringBuilder word, List<String> tokens) {
    if (!word.isEmpty()) {
      tokens.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean isOfWord(int character) {
    return Character.isLetterOrDigit(character)
        || switch (Character.getType(character)) {
          case Character.NON_SPACING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.ENCLOSING_MARK ->
              true;
          default -> false;
        };
  }
}
