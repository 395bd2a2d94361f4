package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.task.TaskKind;
import java.io.Serializable;

/** What is asked of the model. */
public record TaskConfig(
    @Doc(
            "What is asked for each session; reply: an answer to its last user turn; replay: an"
                + " answer to every user turn, each with the archive's own messages before it;"
                + " rollout: the same with the model's own answers in place of the archive's;"
                + " classify: labels; embed: vectors; score: log-probabilities of the assistant's"
                + " turns; extract: answers to questions, from each part of a text; summarise: a"
                + " summary; ask: answers to questions, from the parts of a text that fit them"
                + " best; topics: what many sessions are about.")
        @Default("reply")
        TaskKind kind)
    implements Serializable {}
