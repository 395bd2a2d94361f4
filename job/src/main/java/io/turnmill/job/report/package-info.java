/**
 * What a person reads: progress, the summary of a run, and text that fits a terminal. Pure
 * functions over numbers, times and text; nothing here reads a clock, a file or Spark. Open {@link
 * io.turnmill.job.report.Summary} first.
 */
package io.turnmill.job.report;
