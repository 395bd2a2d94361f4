package io.turnmill.job.write;

/**
 * A file of a table.
 *
 * @param path below the output folder
 * @param length in bytes
 * @param rows that its footer counts
 */
public record WrittenFile(String path, long length, long rows) {}
