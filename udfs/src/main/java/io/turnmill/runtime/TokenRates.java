package io.turnmill.runtime;

import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptResult;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * Estimates how many tokens conversations have for one model, without encoding them all.
 *
 * @param perCharacter tokens for each character (code point) of text
 * @param perMessage tokens that the template adds for each message
 * @param perSession tokens that the template adds for each conversation
 */
public record TokenRates(double perCharacter, double perMessage, double perSession) {
  /** The usual rate for English, which is taken if no text was measured. */
  private static final double USUAL_PER_CHARACTER = 0.25;

  /**
   * Measures a model's tokenizer and template.
   *
   * @param sample texts of messages of the archive
   */
  public static TokenRates measure(DecoderFrontEnd parts, List<String> sample) {
    long tokens = 0;
    long characters = 0;
    for (String text : sample) {
      OptionalInt size = tokens(parts.tokenizer(), text);
      if (size.isPresent()) {
        tokens += size.getAsInt();
        characters += text.codePointCount(0, text.length());
      }
    }
    PromptBuilder prompts = parts.prompts();
    int ofOne = promptTokens(prompts, 1);
    int ofThree = promptTokens(prompts, 3);
    boolean measured = ofOne > 0 && ofThree > 0;
    double perMessage = measured ? Math.max(0, (ofThree - ofOne) / 2.0) : 0;
    return new TokenRates(
        characters == 0 ? USUAL_PER_CHARACTER : (double) tokens / characters,
        perMessage,
        measured ? Math.max(1, ofOne - perMessage) : 0);
  }

  /**
   * Measures an encoder's tokenizer, which takes a conversation with a word or two for each role.
   *
   * @param tokens counts the tokens of a text
   */
  static TokenRates measure(ToIntFunction<String> tokens, List<String> sample) {
    long counted = 0;
    long characters = 0;
    for (String text : sample) {
      counted += tokens.applyAsInt(text);
      characters += text.codePointCount(0, text.length());
    }
    return new TokenRates(
        characters == 0 ? USUAL_PER_CHARACTER : (double) counted / characters, 3, 2);
  }

  /**
   * The tokens of a text; empty if it cannot be encoded, because it cannot be part of a prompt
   * either.
   */
  private static OptionalInt tokens(Tokenizer tokenizer, String text) {
    if (text.length() > Tokenizer.LIMIT_TEXT_CHARS) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(tokenizer.encode(text, List.of()).size());
    } catch (RuntimeException | Error thrown) {
      Fault.of(Step.TOKENIZE, thrown);
      return OptionalInt.empty();
    }
  }

  /** The estimated tokens of this many conversations with this many messages and characters. */
  public long estimate(long sessions, long messages, long characters) {
    return Math.round(sessions * perSession + messages * perMessage + characters * perCharacter);
  }

  /** Whether the template accepted the conversations that were rendered to measure it. */
  public boolean measured() {
    return perSession > 0;
  }

  /** The tokens of a prompt with this many messages of one letter; 0 if the template refuses it. */
  private static int promptTokens(PromptBuilder prompts, int messages) {
    List<Message> all = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      Role role = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
      all.add(Message.of(i, role, "a"));
    }
    Session session = new Session(new SessionKey(Optional.empty(), ""), all, Map.of());
    return prompts.forLastUserTurn(session) instanceof PromptResult.Ready ready
        ? ready.prompt().ids().size()
        : 0;
  }
}
