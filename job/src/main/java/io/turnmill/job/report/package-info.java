/**
 * What a person reads about a run: progress, the summary, estimates, and which setting may change
 * what went wrong. Depends on {@code job.terminal}; nothing here reads a clock, a file or Spark.
 * Open {@link io.turnmill.job.report.Summary} first.
 */
package io.turnmill.job.report;
