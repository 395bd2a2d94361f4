/**
 * The output folder: what may be written where, the tables, and the run's manifest. Open {@link
 * io.turnmill.job.write.OutputFolder} first.
 */
package io.turnmill.job.write;
