package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import io.turnmill.task.TaskOptions.Retrieval;
import java.io.Serializable;
import java.util.Map;

/** What is asked by the task {@code ask}. */
public record AskConfig(
    @Doc(
            "The questions about each text, by the names that their answers have in the results,"
                + " such as { renewal = \"When does the contract end?\" }.")
        @Default("{}")
        @Words("map from names to questions")
        Map<String, Object> questions,
    @Doc(
            "By what the parts of a text are chosen for a question; encoder: by vectors of ask.encoder;"
                + " words: by the words that they share; first: the first ones, whatever the"
                + " question.")
        @Default("words")
        Retrieval retrieval,
    @Doc(
            "Folder of an encoder, like model.path, that makes vectors of the parts and the"
                + " questions; how, the settings of embed say.")
        @Default("")
        @Words("path")
        @Operation // what it does to results stands in the fingerprint
        String encoder,
    @Doc(
            "Folder of a reranker, like model.path: an encoder of pairs, which chooses among"
                + " ask.candidates; empty: none.")
        @Default("")
        @Words("path")
        @Operation // what it does to results stands in the fingerprint
        String reranker,
    @Doc("How many parts the model is shown with a question; fewer if they do not fit its context.")
        @Default("5")
        @Range(from = 1, to = 1000)
        int k,
    @Doc("How many parts before and after each of them it is shown besides.")
        @Default("0")
        @Range(from = 0, to = 100)
        int neighbours,
    @Doc("How many parts ask.reranker compares with a question.")
        @Default("20")
        @Range(from = 1, to = 1000)
        int candidates,
    @Doc(
            "Jinja template of the message by which a question is asked; it may use question, nothing,"
                + " document, fields, and chunks, each with number, text, headings and pages. Empty:"
                + " a usual one, which asks for an answer from these parts alone.")
        @Default("")
        @Words("text")
        String prompt,
    @Doc("What the model is to write if the parts have no answer.") @Default("NONE") @Words("word")
        String nothing,
    @Doc(
            "The name of the prompt of ask.encoder that is put in front of questions; empty: query,"
                + " if it has one of that name.")
        @Default("")
        @Words("name of a prompt")
        String queryPrompt)
    implements Serializable {}
