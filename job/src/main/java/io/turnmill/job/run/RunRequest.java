package io.turnmill.job.run;

/**
 * How a run is to be made, besides its settings.
 *
 * @param restart what is there of the same run is thrown away instead of resumed
 * @param keepStaged the staged sessions stay in the output folder when the run is complete
 */
public record RunRequest(boolean restart, boolean keepStaged) {}
