/**
 * Compares the variants of a run by the results that it wrote, with Spark SQL. Depends on {@code
 * job.report} for what is measured, {@code job.rows} for the names of columns, and {@code
 * job.config}. Open {@link io.turnmill.job.compare.CompareVariants} first.
 */
package io.turnmill.job.compare;
