package io.turnmill.prompt;

import java.util.Map;
import java.util.Optional;

/**
 * How prompts are made.
 *
 * @param systemPrompt system message for a session that has none
 * @param templateKwargs further variables of the template, plain JSON values
 * @param allowSpecialTokens whether special tokens are recognised in conversation text, too
 * @param cutLeft whether the oldest messages of a conversation that does not fit are dropped;
 *     otherwise it is refused
 * @param vocabSize rows of the model's embedding: a prompt with an id beyond them cannot be asked
 * @param maxPromptTokens longest prompt: the model's context less the room for the reply
 * @param frame what is put around the messages of a session
 */
public record PromptOptions(
    Optional<String> systemPrompt,
    Map<String, Object> templateKwargs,
    boolean allowSpecialTokens,
    boolean cutLeft,
    int vocabSize,
    int maxPromptTokens,
    PromptFrame frame) {

  /** Options under which the messages of a session are shown alone. */
  public PromptOptions(
      Optional<String> systemPrompt,
      Map<String, Object> templateKwargs,
      boolean allowSpecialTokens,
      boolean cutLeft,
      int vocabSize,
      int maxPromptTokens) {
    this(
        systemPrompt,
        templateKwargs,
        allowSpecialTokens,
        cutLeft,
        vocabSize,
        maxPromptTokens,
        PromptFrame.NONE);
  }
}
