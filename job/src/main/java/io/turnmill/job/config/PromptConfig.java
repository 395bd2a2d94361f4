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
        boolean allowSpecialTokens,
    @Doc(
            "Jinja template that makes one message by the user out of a session, which is shown"
                + " instead of its messages; it may use messages, transcript, turn, session_id,"
                + " tenant and fields. With classify it makes the text that a model that writes"
                + " text is asked about.")
        @Default("")
        @Words("text")
        String message,
    @Doc("Jinja file that is used as prompt.message.") @Default("") @Words("path")
        String messageFile,
    @Doc(
            "JSON or JSON-lines file of example messages by user and assistant in turn, which are"
                + " shown before each conversation.")
        @Default("")
        @Words("path")
        String examples,
    @Doc(
            "Whether the task reply continues the last message of a session where it is the"
                + " assistant's, instead of answering the last user turn anew.")
        @Default("false")
        boolean continueFinalMessage,
    @Doc(
            "The marks between which the model reasons before it answers; auto: as its chat"
                + " template or its tokens say; none: reasoning is part of the reply.")
        @Default("auto")
        @Words("auto | none | two marks joined by a comma")
        String reasoning)
    implements Serializable {

  /** Whether a template of the settings makes one message of a session. */
  public boolean hasMessage() {
    return !message.isEmpty() || !messageFile.isEmpty();
  }
}
