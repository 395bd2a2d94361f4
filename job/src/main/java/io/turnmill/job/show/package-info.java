/**
 * Shows results in a terminal without a Spark session: as far as needed and no further. May use
 * {@code job.results} to read them, {@code job.terminal} for what text looks like and {@code
 * job.config} for errors. Open {@link io.turnmill.job.show.Show} first.
 */
package io.turnmill.job.show;
