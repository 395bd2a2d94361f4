/**
 * Writes finished results in the formats of other programs, without a Spark session: conversations
 * as JSON lines for fine-tuning, vectors as an Arrow file. May use {@code job.results} to read
 * them, {@code job.write} for the manifest of their run, {@code job.hadoop}, {@code job.terminal},
 * and {@code job.config} for errors. Open {@link io.turnmill.job.export.Export} first.
 */
package io.turnmill.job.export;
