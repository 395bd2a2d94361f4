package io.turnmill.job.read;

import io.turnmill.session.Place;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** The records of one split, in order. */
interface RecordSource extends Closeable {

  /**
   * Reads the next record; empty at the end.
   *
   * @throws IOException if the file cannot be read further; then {@link #place} says from where
   */
  Optional<DecodedRecord> next() throws IOException;

  /** The place of the record that was read last or is being read. */
  Place place();
}
