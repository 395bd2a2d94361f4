package io.turnmill.job.write;

import java.io.Serializable;

/**
 * A file of a table that was written.
 *
 * @param path its path below the output folder
 * @param length its length in bytes
 * @param rows how many rows it has
 */
public record WrittenFile(String path, long length, long rows) implements Serializable {
  private static final long serialVersionUID = 1L;
}
