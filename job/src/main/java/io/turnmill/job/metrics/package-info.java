/**
 * The metrics of the executors' engines: for the report of a run through accumulators, and while it
 * is under way through Spark's metrics system. May use {@code inference} of {@code udfs}; no text
 * becomes a metric. Open {@link io.turnmill.inference.Metric} first.
 *
 * <pre>
 *   engines ─▶ ExecutorEngines ─▶ EngineTally (accumulators) ─▶ run.json, summary
 *                    │
 *                    └──▶ ExecutorMetrics ─ reports ─▶ DriverMetrics       (MetricsPlugin)
 *                               │                            │
 *                        executor's sinks       driver's sinks, Prometheus servlet
 * </pre>
 */
package io.turnmill.job.metrics;
