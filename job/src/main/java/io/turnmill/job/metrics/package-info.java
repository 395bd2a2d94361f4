/**
 * What the engines of the executors do, in numbers: for the report of a run through accumulators,
 * and while it is under way through Spark's metrics system. May use {@code engine} of the core; no
 * text becomes a metric. Open {@link io.turnmill.inference.Metric} first.
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
