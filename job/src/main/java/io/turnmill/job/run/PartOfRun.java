package io.turnmill.job.run;

import java.util.Map;

/**
 * What became of the sessions or of the documents of a run.
 *
 * @param books the counts for the manifest
 * @param more what else the manifest says at the end, by field
 */
public record PartOfRun(RunResult result, Map<String, Object> books, Map<String, Object> more) {}
