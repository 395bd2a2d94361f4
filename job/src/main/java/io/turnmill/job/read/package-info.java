/**
 * Archives in any supported format become rows, one for each record, good or rejected. The driver
 * lists files and cuts them into splits; executors frame records, decode them and hand them to
 * {@link io.turnmill.session.RecordParser}. Depends on {@code job.rows}, {@code job.config}, {@code
 * job.hadoop} and {@code session}. Open {@link io.turnmill.job.read.Archive} first.
 *
 * <pre>
 * InputConfig ─ InputFiles ─ Splits ─┬ JsonLines ──┐
 *   (driver)                         ├ JsonElements ┤ DecodedRecord ─ RecordParser ─ EntryRows
 *                                    ├ CsvRecords ──┤              (executors)
 *                                    └ ParquetRecords
 * </pre>
 */
package io.turnmill.job.read;
