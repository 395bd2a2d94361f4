package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import java.io.Serializable;

/** When a run counts as failed. */
public record LimitsConfig(
    @Doc(
            "Largest share of sessions that may fail before the run ends with exit code 3; a session"
                + " with status ok does not count, even if single turns of it have failed.")
        @Default("0.01")
        @Range(from = 0, to = 1)
        @Operation
        double maxFailedShare,
    @Doc(
            "Largest share of the sessions, or of the records and messages, that may be rejected"
                + " before the run ends with exit code 3.")
        @Default("0.05")
        @Range(from = 0, to = 1)
        @Operation
        double maxRejectedShare,
    @Doc("Longest wait for the first executor of a cluster, in seconds; 0: for ever.")
        @Default("600")
        @Range(from = 0)
        @Operation
        int maxStartSeconds,
    @Doc(
            "A session that was in flight at this many deaths of its executor fails (executor_died)"
                + " and is not run again.")
        @Default("3")
        @Range(from = 2, to = 1000)
        @Operation
        int maxExecutorDeaths)
    implements Serializable {}
