package io.turnmill.job.config;

import java.io.Serializable;
import java.util.Map;

/**
 * How a conversation becomes a prompt.
 *
 * @param template a Jinja file used instead of the model's own chat template; empty for none
 * @param templateName which of the model's named templates; empty for the one that fits
 * @param templateKwargs further variables of the template: text, numbers, flags, lists, maps
 * @param systemPrompt put in front where a session has no system message; empty for none
 * @param allowSpecialTokens whether text in a message that spells a special token becomes one
 */
public record PromptConfig(
    String template,
    String templateName,
    Map<String, Object> templateKwargs,
    String systemPrompt,
    boolean allowSpecialTokens)
    implements Serializable {}
