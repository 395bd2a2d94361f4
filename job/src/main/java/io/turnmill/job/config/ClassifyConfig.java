package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import io.turnmill.task.TaskOptions.MergeRule;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.Unit;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** What is asked by the task {@code classify}. */
public record ClassifyConfig(
    @Doc("What gets a label each: the session, every turn, or the turns of one role.")
        @Default("session")
        Unit each,
    @Doc(
            "The labels that a model that writes text chooses from; an encoder has its own, which a"
                + " second model that writes text takes over if none are set. If all are numbers,"
                + " their mean by probability is told, too.")
        @Default("[]")
        @Words(value = "list of labels", item = "label")
        List<String> labels,
    @Doc("What labels mean, such as { refund = \"the customer wants money back\" }.")
        @Default("{}")
        @Words("map from labels to texts")
        Map<String, Object> descriptions,
    @Doc(
            "The question that a model that writes text is asked; without labels it is answered by"
                + " Yes or No.")
        @Default("")
        @Words("text")
        String question,
    @Doc("Whether each label applies or not by itself; otherwise exactly one does.")
        @Default("false")
        boolean multiLabel,
    @Doc("With multi_label or merge = any, the labels apply that have at least this score.")
        @Default("0.5")
        @Range(from = 0, to = 1)
        double threshold,
    @Doc("A label with a score below this is marked as unsure.")
        @Default("0")
        @Range(from = 0, to = 1)
        double unsureBelow,
    @Doc("How many scores are written, the greatest ones; 0: those of all labels.")
        @Default("0")
        @Range(from = 0)
        int topK,
    @Doc("A text that an encoder of pairs, such as a reranker, compares with each text.")
        @Default("")
        @Words("text")
        String query,
    @Doc("The carried field with such a text; sessions without it have classify.query.")
        @Default("")
        @Words("name of a field")
        String queryField,
    @Doc(
            "A text longer than an encoder takes is classified in chunks, whose scores are averaged"
                + " by their tokens; or it is cut, and the answer says by how much; or rejected.")
        @Default("chunk")
        TooLong tooLong,
    @Doc(
            "How the labels of a long text follow from those of its parts; mean: from the mean of"
                + " the scores by tokens; max: from the greatest score; vote: each part votes for"
                + " its labels; any: a label with at least classify.threshold in any part applies.")
        @Default("mean")
        MergeRule merge,
    @Doc(
            "With merge = any and one label for each text, the label that says that there is"
                + " nothing to find, and applies if no other does; empty: No, if the labels are Yes"
                + " and No.")
        @Default("")
        @Words("label")
        String background)
    implements Serializable {}
