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
 */
public record PromptOptions(
    Optional<String> systemPrompt,
    Map<String, Object> templateKwargs,
    boolean allowSpecialTokens,
    boolean cutLeft,
    int vocabSize,
    int maxPromptTokens) {

  /** The same options under which a conversation that does not fit is refused. */
  PromptOptions withoutCut() {
    return new PromptOptions(
        systemPrompt, templateKwargs, allowSpecialTokens, false, vocabSize, maxPromptTokens);
  }

  /** The same options for prompts of at most this many tokens. */
  public PromptOptions withMaxPromptTokens(int tokens) {
    return new PromptOptions(
        systemPrompt, templateKwargs, allowSpecialTokens, cutLeft, vocabSize, tokens);
  }
}
