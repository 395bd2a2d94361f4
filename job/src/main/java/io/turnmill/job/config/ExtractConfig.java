package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;
import java.util.Map;

/** What is asked by the task {@code extract}. */
public record ExtractConfig(
    @Doc(
            "The questions that are put to each part of a text, by the names that their answers"
                + " have in the results, such as { renewal = \"When does the contract end?\" }.")
        @Default("{}")
        @Words("map from names to questions")
        Map<String, Object> questions,
    @Doc(
            "Jinja template of the message by which one question is put to one part; it may use"
                + " chunk, question, name, nothing, headings, document and fields. Empty: a usual"
                + " one, which asks for words of the text.")
        @Default("")
        @Words("text")
        String prompt,
    @Doc("What the model is to write if a part has no answer.") @Default("NONE") @Words("word")
        String nothing)
    implements Serializable {}
