package io.turnmill.job.cli;

import io.turnmill.job.report.Progress;
import io.turnmill.job.terminal.Terminal;

/**
 * How a run shows itself.
 *
 * @param terminal where it writes
 * @param progress how progress is shown; NONE if the run is to be quiet
 * @param quiet neither progress nor a summary
 * @param command how the person calls the job, such as {@code submit/local.sh}
 */
public record JobView(Terminal terminal, Progress.Mode progress, boolean quiet, String command) {}
