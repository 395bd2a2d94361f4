package io.turnmill.prompt;

import java.util.Map;
import java.util.Optional;

/**
 * How prompts are made.
 *
 * @param systemPrompt system message for a session that has none
 * @param templateKwargs further variables of the template, plain JSON values
 * @param allowSpecialTokens let conversation text spell special tokens
 * @param cutLeft drop the oldest messages of a conversation that does not fit, instead of refusing
 *     it
 * @param vocabSize rows of the model's embedding: a prompt with another id cannot be asked
 * @param maxPromptTokens longest prompt: the model's context less the room for the reply
 */
public record PromptOptions(
    Optional<String> systemPrompt,
    Map<String, Object> templateKwargs,
    boolean allowSpecialTokens,
    boolean cutLeft,
    int vocabSize,
    int maxPromptTokens) {}
