package io.turnmill.task;

import io.turnmill.prompt.ChatTemplate;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.prompt.PromptOptions;
import io.turnmill.prompt.SpecialTokens;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A tokenizer whose tokens are characters, so that a prompt is as long as its text. */
public final class Letters implements Tokenizer {
  static final int VOCAB_SIZE = 1 << 16;

  private final AtomicLong made = new AtomicLong();

  /** The characters of all texts so far. */
  long made() {
    return made.get();
  }

  /** Makes prompts of at most this many characters. */
  public PromptBuilder prompts(String template, boolean cutLeft, int room, PromptFrame frame) {
    PromptOptions options =
        new PromptOptions(Optional.empty(), Map.of(), true, cutLeft, VOCAB_SIZE, room, frame);
    return new PromptBuilder(
        ChatTemplate.parse(template, SpecialTokens.NONE), this, options, Clock.systemUTC());
  }

  @Override
  public TokenIds encode(String text) {
    made.addAndGet(text.length());
    return TokenIds.of(text.chars().toArray());
  }

  @Override
  public TokenIds encode(String text, List<PlacedToken> special) {
    return encode(text);
  }

  @Override
  public String decode(TokenIds ids) {
    int[] letters = ids.toArray();
    return new String(letters, 0, letters.length);
  }

  @Override
  public List<AddedToken> addedTokens() {
    return List.of();
  }

  @Override
  public int vocabSize() {
    return VOCAB_SIZE;
  }

  @Override
  public int modelVocabSize() {
    return VOCAB_SIZE;
  }

  @Override
  public void close() {}
}
