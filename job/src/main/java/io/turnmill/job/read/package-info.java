/**
 * Reads archives in all supported formats as rows, one for each record, good or rejected. The
 * driver lists files and cuts them into splits; executors find the records in them, decode them and
 * pass them to {@link io.turnmill.session.RecordParser}. Depends on {@code job.rows}, {@code
 * job.config}, {@code job.fault}, {@code job.hadoop} and {@code session}. Open {@link
 * io.turnmill.job.read.Archive} first.
 *
 * <pre>
 * InputConfig ─ InputFiles ─ Splits ─┬ JsonLines ──┐
 *   (driver)                         ├ JsonElements ┤ DecodedRecord ─ RecordParser ─ EntryRows
 *                                    ├ CsvRecords ──┤              (executors)
 *                                    └ ParquetRecords
 * </pre>
 *
 * <p>They use {@link io.turnmill.job.read.StoreInput}, which tells a store that fails from a file
 * that is lost, {@link io.turnmill.job.read.InputCompression} and {@link
 * io.turnmill.job.read.ZeroBlocks}. {@link io.turnmill.job.read.LostFiles} knows what could not be
 * read.
 */
package io.turnmill.job.read;
