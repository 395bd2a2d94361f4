package io.turnmill.prompt;

import io.turnmill.prompt.AddedTokenScanner.Scan;
import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;

/**
 * Turns a rendered prompt into token ids. A special token is recognised where the template wrote
 * it; where any character of its spelling comes from the conversation it is encoded as ordinary
 * text. Added tokens that are not special are words; they are recognised everywhere. For a prompt
 * in which no message spells a special token, the ids are those of {@code
 * tokenizer.apply_chat_template} in {@code transformers}: the whole text in one call, nothing added
 * (so the begin-of-sequence token is the template's own, once). For any other prompt they are the
 * ids that would come out if the template's special tokens had a spelling that does not occur in
 * the messages.
 */
final class PromptEncoder {
  private final Tokenizer tokenizer;
  private final AddedTokenScanner scanner;
  private final boolean allowSpecialTokens;

  /**
   * @param allowSpecialTokens whether special tokens are recognised in conversation text, too
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
    return scan.spelt()
        ? tokenizer.encode(prompt.text(), scan.genuine())
        : tokenizer.encode(prompt.text());
  }
}
