/**
 * What the log says of exceptions that cost one record or session. Depends on {@code session}. Open
 * {@link io.turnmill.job.fault.FaultLog} first.
 */
package io.turnmill.job.fault;
