package io.turnmill.job.write;

import java.io.Serializable;

/**
 * A file of a table.
 *
 * @param path below the output folder
 * @param length in bytes
 * @param rows that it holds
 */
public record WrittenFile(String path, long length, long rows) implements Serializable {
  private static final long serialVersionUID = 1L;
}
