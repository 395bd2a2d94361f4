/**
 * The settings of a job: an immutable tree of records, parsed once on the driver, all problems
 * reported at once. Nothing outside of this package reads a property or a settings file. Open
 * {@link io.turnmill.job.config.JobConfig} first.
 */
package io.turnmill.job.config;
