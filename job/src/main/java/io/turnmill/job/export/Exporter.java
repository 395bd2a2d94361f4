package io.turnmill.job.export;

import java.io.Closeable;
import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/** Makes one format of the rows of results. */
interface Exporter extends Closeable {

  /**
   * The columns that are read, as far as a file has them; status and session id are among them, and
   * the variant is read besides.
   */
  Set<String> columns();

  /**
   * Makes sure that a file holds what this format needs.
   *
   * @throws io.turnmill.job.config.SetupException if it does not
   */
  void check(MessageType schema, Path file);

  /**
   * Writes what a row becomes.
   *
   * @param row a row whose status is ok
   * @return how many entries of the export it became
   */
  int write(Group row) throws IOException;

  /** Writes what follows the last row. The stream stays open. */
  void end() throws IOException;

  /** Frees memory. The stream stays open. */
  @Override
  default void close() {}

  /** "1 triple", "2 triples". */
  String counted(long entries);
}
