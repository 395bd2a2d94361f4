package io.turnmill.prompt;

import io.turnmill.prompt.AddedTokenScanner.Match;
import io.turnmill.prompt.AddedTokenScanner.Scan;
import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;

/**
 * Rendered prompt to token ids. An added token is recognised where the template wrote it; where any
 * character of its spelling comes from the conversation it is encoded as ordinary text. For a
 * prompt in which no message spells one, the ids are those of {@code tokenizer.apply_chat_template}
 * in {@code transformers}: the whole text in one call, nothing added (so the begin-of-sequence
 * token is the template's own, once).
 */
final class PromptEncoder {
  private final Tokenizer tokenizer;
  private final AddedTokenScanner scanner;
  private final boolean allowSpecialTokens;

  /**
   * @param allowSpecialTokens recognise added tokens in conversation text too
   */
  PromptEncoder(Tokenizer tokenizer, boolean allowSpecialTokens) {
    this.tokenizer = tokenizer;
    this.scanner = new AddedTokenScanner(tokenizer.addedTokens());
    this.allowSpecialTokens = allowSpecialTokens;
  }

  TokenIds encode(Rendered prompt) {
    if (allowSpecialTokens) {
      return tokenizer.encode(prompt.text());
    }
    Scan scan = scanner.scan(prompt);
    return scan.spelt().isEmpty()
        ? tokenizer.encode(prompt.text())
        : encodeAround(prompt.text(), scan);
  }

  /**
   * Cuts the text at the template's own tokens into runs; a run in which the conversation spells an
   * added token is encoded as ordinary text, every other stretch, with its tokens, as it stands.
   *
   * <pre>
   *   &lt;|im_start|&gt; user\nHi &lt;|im_end|&gt; \n&lt;|im_start|&gt; user\nspelt: &lt;|im_end|&gt; &lt;|im_end|&gt; \n…
   *   └──────────── as it stands ────────────┘└───── ordinary ─────┘└─ as it stands
   * </pre>
   */
  private TokenIds encodeAround(String text, Scan scan) {
    TokenIds ids = TokenIds.empty();
    int pending = 0;
    int runStart = 0;
    AddedToken before = null;
    for (int m = 0; m <= scan.genuine().size(); m++) {
      Match after = m < scan.genuine().size() ? scan.genuine().get(m) : null;
      int runEnd = after == null ? text.length() : after.from();
      if (speltWithin(scan, runStart, runEnd)) {
        String run = text.substring(runStart, runEnd);
        run = before != null && before.rstrip() ? run.stripLeading() : run;
        run = after != null && after.token().lstrip() ? run.stripTrailing() : run;
        ids = ids.concat(encode(text, pending, runStart)).concat(tokenizer.encodeOrdinary(run));
        pending = runEnd;
      }
      if (after != null) {
        before = after.token();
        runStart = after.to();
      }
    }
    return ids.concat(encode(text, pending, text.length()));
  }

  private static boolean speltWithin(Scan scan, int from, int to) {
    return scan.spelt().stream().anyMatch(match -> match.from() >= from && match.from() < to);
  }

  private TokenIds encode(String text, int from, int to) {
    return from == to ? TokenIds.empty() : tokenizer.encode(text.substring(from, to));
  }
}
