/**
 * The settings of a job: an immutable tree of records, parsed once on the driver, all problems
 * reported at once. Nothing outside of this package reads a property or a settings file.
 *
 * <p>Open {@link io.turnmill.job.config.JobConfig} first. A setting is a component of one of its
 * records with {@code @Doc}, and needs no other line: see {@code Declare}.
 */
package io.turnmill.job.config;
