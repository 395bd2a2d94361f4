package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;

/** What is asked by the task {@code topics}. */
public record TopicsConfig(
    @Doc(
            "Folder of an encoder, like model.path, that makes a vector of each session or document;"
                + " how, the settings of embed say.")
        @Default("")
        @Words("path")
        @Operation // what it does to results stands in the fingerprint
        String encoder,
    @Doc("How many topics there are at most; 0: a number that the vectors suggest.")
        @Default("10")
        @Range(from = 0, to = 1000)
        int count,
    @Doc(
            "A session belongs to its topic if the cosine of its vector and the middle of the topic"
                + " is at least this; otherwise it counts as other.")
        @Default("0.3")
        @Range(from = -1, to = 1)
        double threshold,
    @Doc("How many examples are told of each topic, those nearest to its middle.")
        @Default("5")
        @Range(from = 1, to = 1000)
        int examples,
    @Doc("How many texts of a topic the model is shown, in order to name it and to sum it up.")
        @Default("20")
        @Range(from = 1, to = 1000)
        int sample,
    @Doc("Seed of the random numbers of the clustering.") @Default("0") long seed,
    @Doc(
            "Jinja template of the message by which the model is asked what texts of a topic are"
                + " about; it may use chunk, which is some of them with lines between them. Empty: a"
                + " usual one.")
        @Default("")
        @Words("text")
        String prompt,
    @Doc(
            "The same for making one text of several answers; it may use summaries, a list, and"
                + " round, from 1; document is the number of the topic.")
        @Default("")
        @Words("text")
        String reducePrompt,
    @Doc(
            "The same for the last round, whose answer has to have a line with Name: and one with"
                + " Summary:.")
        @Default("")
        @Words("text")
        String finalPrompt)
    implements Serializable {}
