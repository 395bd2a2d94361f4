package io.turnmill.job.cli;

import io.turnmill.job.models.ModelTool;
import io.turnmill.job.models.TemplateRenderer;
import io.turnmill.job.terminal.Terminal;

/**
 * What the commands work with.
 *
 * @param terminal where they write
 * @param command how the person calls the job, such as {@code submit/local.sh}
 * @param jobs what {@code run} and {@code plan} start
 * @param templates what {@code template render} asks
 * @param models what {@code model inspect} and {@code model encode} ask
 */
public record CommandContext(
    Terminal terminal,
    String command,
    JobRunner jobs,
    TemplateRenderer templates,
    ModelTool models) {}
