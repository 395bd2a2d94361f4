/**
 * What the tests of several packages of the job share: the command line in this JVM or in a process
 * of its own, the Spark session that commands share, archives and outputs, models and stores that
 * are fakes or have faults. Open {@link io.turnmill.job.testing.JobForTests} first.
 */
package io.turnmill.job.testing;
