package io.turnmill.job.config;

import java.io.Serializable;

/**
 * What seldom needs another value of the engine in each executor.
 *
 * @param gpuMemoryUtilization share of a GPU's memory that may be in use
 * @param cpuMemoryUtilization share of the free memory that may be taken beside the weights
 * @param longPrefillTokenThreshold most tokens of one prompt in one forward pass; 0 for no limit
 * @param enablePrefixCaching whether prompts go on from what earlier ones left
 * @param keepAliveSeconds how long a model stays loaded that no task uses
 */
public record EngineTuning(
    double gpuMemoryUtilization,
    double cpuMemoryUtilization,
    int longPrefillTokenThreshold,
    boolean enablePrefixCaching,
    int keepAliveSeconds)
    implements Serializable {}
