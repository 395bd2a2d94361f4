package io.turnmill.task;

import io.turnmill.engine.StopCheck;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Stop strings of a task: they end a reply wherever they appear, across token borders too, once
 * {@code min_tokens} tokens are passed; one that lies wholly within the first {@code min_tokens}
 * tokens is part of the reply.
 */
final class StopStrings {

  /** A reply cut where its earliest stop string begins. */
  record Cut(String text, String stopString) {}

  private final List<String> strings;
  private final Tokenizer tokenizer;
  private final int minTokens;
  private final int windowTokens;

  StopStrings(List<String> strings, int minTokens, Tokenizer tokenizer) {
    this.strings = List.copyOf(strings);
    this.tokenizer = tokenizer;
    this.minTokens = minTokens;
    int longest = strings.stream().mapToInt(String::length).max().orElse(0);
    // A character is at most four tokens, one for each byte; one character more on either side.
    this.windowTokens = 4 * (longest + 2);
  }

  /** Watches a growing reply. Only its last tokens are decoded: enough to hold any stop string. */
  StopCheck newCheck() {
    return strings.isEmpty() ? StopCheck.NEVER : new Check();
  }

  /** Where {@code reply} holds a stop string that counts: the part before the earliest one. */
  Optional<Cut> cut(TokenIds reply, String text) {
    if (strings.isEmpty()) {
      return Optional.empty();
    }
    int kept = tokenizer.decode(reply.slice(0, Math.min(minTokens, reply.size()))).length();
    return earliest(text, kept);
  }

  /** The earliest stop string that ends behind the first {@code kept} characters. */
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

  private final class Check implements StopCheck {
    private int[] tail = new int[0];
    private int seen;

    @Override
    public boolean endsWith(int tokenId) {
      int keep = Math.min(tail.length, windowTokens - 1);
      int[] next =
          Arrays.copyOf(Arrays.copyOfRange(tail, tail.length - keep, tail.length), keep + 1);
      next[keep] = tokenId;
      tail = next;
      seen++;
      if (seen <= minTokens) {
        return false;
      }
      TokenIds ids = TokenIds.of(tail);
      int before = Math.max(0, minTokens - (seen - ids.size()));
      int kept = before == 0 ? 0 : tokenizer.decode(ids.slice(0, before)).length();
      return earliest(tokenizer.decode(ids), kept).isPresent();
    }
  }
}
