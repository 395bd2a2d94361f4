package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import java.io.Serializable;

/**
 * Budgets of the engine in each executor as the user set them; 0 stands for "computed from the
 * model and the machine".
 */
public record EngineBudgets(
    @Doc("Sequences in progress at once in each executor; 0: from model and memory.")
        @Default("0")
        @Range(from = 0)
        @Operation
        int maxNumSeqs,
    @Doc("Most tokens in one forward pass; 0: from model and memory.")
        @Default("0")
        @Range(from = 0)
        @Operation
        int maxNumBatchedTokens,
    @Doc("Longest prompt and reply together, in tokens; 0: what the model can take.")
        @Default("0")
        @Range(from = 0)
        int maxModelLen,
    @Doc("Share of a GPU's memory that may be in use, by this and other programs together.")
        @Default("0.9")
        @Range(above = 0, to = 1)
        @Operation
        double gpuMemoryUtilization,
    @Doc(
            "Share of the host's free memory that an executor on the CPU may take beside the"
                + " weights; less for several executors on one host.")
        @Default("0.5")
        @Range(above = 0, to = 1)
        @Operation
        double cpuMemoryUtilization,
    @Doc(
            "Most tokens of one prompt in one forward pass, so that a long one leaves room for"
                + " others; 0: no limit.")
        @Default("0")
        @Range(from = 0)
        @Operation
        int longPrefillTokenThreshold,
    @Doc("Whether a prompt that begins as an earlier one did reuses what was computed for that.")
        @Default("true")
        @Operation
        boolean enablePrefixCaching,
    @Doc("How long an executor keeps a model that no task uses, in seconds; 0: not at all.")
        @Default("60")
        @Range(from = 0)
        @Operation
        int keepAlive,
    @Doc(
            "Threads of a forward pass on the CPU; 0: the cores that Spark gives to an executor (in"
                + " local[N] those N), as far as the machine has them.")
        @Default("0")
        @Range(from = 0)
        @Operation
        int threads)
    implements Serializable {}
