package io.turnmill.runtime;

import io.turnmill.inference.Encode;
import io.turnmill.inference.TextRow;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Texts;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
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
  private final Map<String, Integer> promptTokens = new ConcurrentHashMap<>();

  EncoderTexts(EncoderHead head, TextTokenizer tokenizer) {
    this.head = head;
    this.tokenizer = tokenizer;
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
    String whole = lower(strip(prompt + text));
    int skipped =
        embedding.includePrompt() || prompt.isEmpty()
            ? 0
            : promptTokens.computeIfAbsent(prompt, p -> tokenizer.promptTokens(lower(strip(p))));
    return request(tokenizer.encode(whole, pair.map(second -> lower(strip(second)))), skipped);
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
