package io.turnmill.runtime;

import io.turnmill.inference.Encode;
import io.turnmill.inference.TextRow;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Texts;
import io.turnmill.task.TextPieces;
import io.turnmill.task.TextPieces.Piece;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the rows of an encoder from texts, as sentence-transformers (for embeddings) and
 * transformers (for scores) do: prompt, white space, case, special tokens, longest length.
 */
final class EncoderTexts {
  private final EncoderHead head;
  private final TextTokenizer tokenizer;
  private final int maxTokens;
  private final Map<String, Integer> promptTokens = new ConcurrentHashMap<>();

  /** What was around texts before, without the texts: queries come again for each turn. */
  private final Map<Frame, Encoded> frames = Collections.synchronizedMap(new Recent<>());

  /**
   * What stands around a text.
   *
   * @param first a prompt, or the first text of a pair
   */
  private record Frame(String first, boolean isPair) {}

  /** The entries that were asked for last. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private static final int MOST = 64;

    private Recent() {
      super(MOST, 0.75f, /* accessOrder= */ true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MOST;
    }
  }

  /**
   * @param maxTokens longest text, special tokens included
   */
  EncoderTexts(EncoderHead head, TextTokenizer tokenizer, int maxTokens) {
    this.head = head;
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  /**
   * What tasks make their requests with.
   *
   * @param promptName as for {@link #request}
   */
  TextPieces pieces(Optional<String> promptName) {
    return (text, pair, chunked) -> pieces(text, pair, promptName, chunked);
  }

  /**
   * The most tokens of a text that need not be cut.
   *
   * @param promptName as for {@link #request}
   */
  int room(Optional<String> promptName) {
    String prompt = head instanceof Embedding of ? prompt(of.texts(), promptName) : "";
    return Math.max(1, maxTokens - frame(new Frame(prepared(prompt), false)).ids().size());
  }

  private List<Piece> pieces(
      String text, Optional<String> pair, Optional<String> promptName, boolean chunked) {
    Encode whole = request(text, pair, promptName);
    String prompt = head instanceof Embedding of ? prompt(of.texts(), promptName) : "";
    Optional<String> second = pair.map(this::prepared);
    Encoded frame =
        frame(new Frame(prepared(pair.isPresent() ? prompt + text : prompt), pair.isPresent()));
    TokenIds ids = whole.row().ids();
    if (!chunked || whole.cutTokens() == 0) {
      int around = Math.min(frame.ids().size(), ids.size() - 1);
      return List.of(new Piece(whole, Math.max(1, ids.size() - around)));
    }
    return chunks(tokenizer.encodeWhole(prepared(prompt + text), second), frame, whole);
  }

  /** What is around the text that may be long: special tokens, a prompt, the first of a pair. */
  private Encoded frame(Frame around) {
    Encoded known = frames.get(around);
    if (known != null) {
      return known;
    }
    Encoded made =
        tokenizer.encodeWhole(around.first(), around.isPair() ? Optional.of("") : Optional.empty());
    frames.put(around, made);
    return made;
  }

  /**
   * The chunks of a text, of about equal length, each with the same tokens around it as the whole
   * text.
   */
  private List<Piece> chunks(Encoded whole, Encoded frame, Encode first) {
    int head = whole.ids().commonPrefix(frame.ids());
    int tail = commonEnd(whole.ids(), frame.ids(), frame.ids().size() - head);
    int tokens = whole.ids().size() - head - tail;
    int room = maxTokens - head - tail;
    if (room < 1) {
      return List.of(new Piece(first, 1));
    }
    int count = (tokens + room - 1) / room;
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = head + (int) ((long) tokens * i / count);
      int to = head + (int) ((long) tokens * (i + 1) / count);
      TextRow row =
          new TextRow(
              framed(whole.ids(), head, from, to, tail),
              framed(whole.types(), head, from, to, tail),
              first.row().skipped());
      // Only what is too far from the start of the text for the tokenizer is not in any chunk.
      int cut = i == count - 1 ? whole.cutTokens() : 0;
      pieces.add(new Piece(new Encode(row, cut), to - from));
    }
    return pieces;
  }

  private static TokenIds framed(TokenIds all, int head, int from, int to, int tail) {
    return all.slice(0, head)
        .concat(all.slice(from, to))
        .concat(all.slice(all.size() - tail, all.size()));
  }

  private static int commonEnd(TokenIds one, TokenIds other, int most) {
    int common = 0;
    while (common < most
        && common < one.size()
        && one.get(one.size() - 1 - common) == other.get(other.size() - 1 - common)) {
      common++;
    }
    return common;
  }

  /** A text as it is encoded. */
  private String prepared(String text) {
    return lower(head instanceof Embedding ? strip(text) : text);
  }

  /**
   * Makes the request for a text. Its row is empty if the text is empty and the tokenizer adds no
   * token.
   *
   * @param pair the second text of a pair
   * @param promptName the name of one of the model's prompts; empty for the default one, if there
   *     is one
   * @throws IllegalArgumentException as {@link #check}
   */
  Encode request(String text, Optional<String> pair, Optional<String> promptName) {
    if (!(head instanceof Embedding embedding)) {
      return request(tokenizer.encode(lower(text), pair.map(this::lower)), 0);
    }
    String prompt = prompt(embedding.texts(), promptName);
    String whole = prepared(prompt + text);
    int skipped =
        embedding.includePrompt() || prompt.isEmpty()
            ? 0
            : promptTokens.computeIfAbsent(prompt, p -> tokenizer.promptTokens(prepared(p)));
    return request(tokenizer.encode(whole, pair.map(this::prepared)), skipped);
  }

  /**
   * Checks that the model has a prompt of that name.
   *
   * @throws IllegalArgumentException if it does not
   */
  void check(Optional<String> promptName) {
    if (head instanceof Embedding embedding) {
      prompt(embedding.texts(), promptName);
    }
  }

  private static Encode request(Encoded encoded, int skipped) {
    TextRow row = new TextRow(encoded.ids(), encoded.types(), skipped);
    return new Encode(row, encoded.cutTokens());
  }

  private static String prompt(Texts texts, Optional<String> name) {
    Optional<String> chosen = name.or(texts::defaultPrompt);
    if (chosen.isEmpty()) {
      return "";
    }
    String prompt = texts.prompts().get(chosen.get());
    if (prompt == null) {
      throw new IllegalArgumentException(
          "the model has no prompt named '%s'; it has %s"
              .formatted(chosen.get(), texts.prompts().keySet().stream().sorted().toList()));
    }
    return prompt;
  }

  private String lower(String text) {
    return head.texts().lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** Removes white space at both ends, as Python's {@code str.strip} defines it. */
  static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** Whether a character is white space in Python; all such characters are in the basic plane. */
  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
