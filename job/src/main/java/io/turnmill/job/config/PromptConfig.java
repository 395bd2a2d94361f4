package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;
import java.util.Map;

/** How a conversation becomes a prompt. */
public record PromptConfig(
    @Doc("Jinja file used instead of the model's own chat template.") @Default("") @Words("path")
        String template,
    @Doc("Which of the model's named templates; empty: the default one.")
        @Default("")
        @Words("text")
        String templateName,
    @Doc("Further variables for the template, such as { enable_thinking = false }.")
        @Default("{}")
        @Words("map from names to values")
        Map<String, Object> templateKwargs,
    @Doc("Text put in front of a session that has no system message.") @Default("") @Words("text")
        String systemPrompt,
    @Doc("Whether text in a message that spells a special token becomes that token.")
        @Default("false")
        boolean allowSpecialTokens)
    implements Serializable {}
