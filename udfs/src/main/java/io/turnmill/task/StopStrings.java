package io.turnmill.task;

import io.turnmill.inference.StopCheck;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Stop strings of a task: they end a reply wherever they appear, even across several tokens, after
 * {@code min_tokens} tokens. One that lies wholly within the first {@code min_tokens} tokens is
 * part of the reply.
 */
final class StopStrings {
  /** The most tokens that one character can have: one for each byte. */
  private static final int CHARACTER = 4;

  /** Takes the place of bytes that are not a character, or not yet a whole one. */
  private static final char BROKEN = '\ufffd';

  private static final byte ENDS_NONE = 1;
  private static final byte MAY_END = 2;

  /** A reply cut where its earliest stop string begins. */
  record Cut(String text, String stopString) {}

  private final List<String> strings;
  private final Tokenizer tokenizer;
  private final int minTokens;
  private final int windowTokens;

  /**
   * What is known of each token, 0 for nothing. Threads that write the same entry write the same
   * value.
   */
  private final byte[] ends;

  StopStrings(List<String> strings, int minTokens, Tokenizer tokenizer) {
    this.strings = List.copyOf(strings);
    this.tokenizer = tokenizer;
    this.minTokens = minTokens;
    int longest = strings.stream().mapToInt(String::length).max().orElse(0);
    // One more character on either side.
    this.windowTokens = CHARACTER * (longest + 2);
    this.ends = new byte[strings.isEmpty() ? 0 : tokenizer.vocabSize()];
  }

  /**
   * Watches a growing reply. Only its last tokens are decoded, enough to hold any stop string, and
   * only when the last one may be the end of one.
   */
  StopCheck newCheck() {
    return strings.isEmpty() ? StopCheck.NEVER : new Check();
  }

  /** Cuts {@code reply} before the earliest stop string that counts; empty if there is none. */
  Optional<Cut> cut(TokenIds reply, String text) {
    return strings.isEmpty()
        ? Optional.empty()
        : earliest(text, kept(reply, Math.min(minTokens, reply.size()), text));
  }

  /** The earliest stop string that ends after the first {@code kept} characters. */
  private Optional<Cut> earliest(String text, int kept) {
    Cut earliest = null;
    for (String stop : strings) {
      int at = text.indexOf(stop, Math.max(0, kept - stop.length() + 1));
      if (at >= 0 && (earliest == null || at < earliest.text().length())) {
        earliest = new Cut(text.substring(0, at), stop);
      }
    }
    return Optional.ofNullable(earliest);
  }

  /**
   * How many characters of {@code text}, the text of {@code ids}, are whole after the first {@code
   * tokens} ids. The last whole character may have ended some tokens earlier, if the next one has
   * not begun or is not whole.
   */
  private int kept(TokenIds ids, int tokens, String text) {
    int kept = 0;
    for (int head = tokens; head > 0 && head > tokens - CHARACTER; head--) {
      String begin = tokenizer.decode(ids.slice(0, head));
      int same = Arrays.mismatch(begin.toCharArray(), text.toCharArray());
      kept = Math.max(kept, same < 0 ? text.length() : same);
    }
    return kept;
  }

  /** Whether a stop string may end with this token: it has the last character of one, or a part. */
  private boolean mayEnd(int tokenId) {
    if (tokenId >= ends.length) {
      return true;
    }
    if (ends[tokenId] == 0) {
      // Twice: a decoder may drop the space before the first one.
      String text = tokenizer.decode(TokenIds.of(tokenId, tokenId));
      boolean may =
          text.indexOf(BROKEN) >= 0
              || strings.stream().anyMatch(stop -> text.indexOf(last(stop)) >= 0);
      ends[tokenId] = may ? MAY_END : ENDS_NONE;
    }
    return ends[tokenId] == MAY_END;
  }

  private static char last(String stop) {
    return stop.charAt(stop.length() - 1);
  }

  private final class Check implements StopCheck {
    private final int[] tail = new int[windowTokens];
    private int held;
    private int seen;

    @Override
    public boolean endsWith(int tokenId) {
      if (held == tail.length) {
        System.arraycopy(tail, 1, tail, 0, --held);
      }
      tail[held++] = tokenId;
      seen++;
      return seen > minTokens && mayEnd(tokenId) && ended();
    }

    /** Some decoders give up a whole run of bytes if it begins within a character. */
    private boolean ended() {
      int begins = seen > held ? CHARACTER : 1;
      for (int from = 0; from < begins; from++) {
        TokenIds ids = TokenIds.of(Arrays.copyOfRange(tail, from, held));
        String text = tokenizer.decode(ids);
        int before = Math.max(0, minTokens - (seen - ids.size()));
        if (earliest(text, kept(ids, before, text)).isPresent()) {
          return true;
        }
        if (text.indexOf(BROKEN) < 0) {
          return false;
        }
      }
      return false;
    }
  }
}
