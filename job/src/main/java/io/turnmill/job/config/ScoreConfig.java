package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;
import java.util.List;

/** What is asked by the task {@code score}. */
public record ScoreConfig(
    @Doc(
            "Carried fields that are scored as replies to the last user turn, such as [chosen,"
                + " rejected]; none: the assistant's own turns are scored.")
        @Default("[]")
        @Words(value = "list of names of fields", item = "name of a field")
        List<String> fields,
    @Doc("Whether the log-probability of every token is written.") @Default("false")
        boolean logprobs)
    implements Serializable {}
