/**
 * Documents read from files and tables, and staged as items that are asked about in chunks. Files
 * are parsed on the executors, in processes of their own. This package uses {@code config}, {@code
 * hadoop}, {@code prepare}, {@code read}, {@code rows} and {@code spark}. Open {@link
 * io.turnmill.job.documents.StageDocuments} first.
 */
package io.turnmill.job.documents;
