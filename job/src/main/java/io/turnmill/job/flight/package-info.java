/**
 * Which sessions were in flight when an executor died, and how many deaths each has seen: notes
 * that attempts at a bucket leave in the work folder, on any Hadoop file system, and their
 * counting. Depends on {@code job.hadoop}. Open {@link io.turnmill.job.flight.Flights} first.
 */
package io.turnmill.job.flight;
