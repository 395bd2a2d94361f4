package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;

/** What is asked by the task {@code summarise}. */
public record SummariseConfig(
    @Doc(
            "Jinja template of the message by which the summary of one part of a text is asked for;"
                + " it may use chunk, headings, document and fields. Empty: a usual one.")
        @Default("")
        @Words("text")
        String prompt,
    @Doc(
            "Jinja template of the message by which one summary of several is asked for; it may use"
                + " summaries, document, fields and round. Empty: a usual one.")
        @Default("")
        @Words("text")
        String reducePrompt,
    @Doc(
            "The same for the last of these messages, which gives the summary of the whole text;"
                + " empty: summarise.reduce_prompt.")
        @Default("")
        @Words("text")
        String finalPrompt)
    implements Serializable {}
