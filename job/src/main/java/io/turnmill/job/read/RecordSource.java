package io.turnmill.job.read;

import io.turnmill.session.Place;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** The records of one split, in order. */
interface RecordSource extends Closeable {

  /**
   * The next record, or nothing at the end.
   *
   * @throws IOException if the file cannot be read further; {@link #place} then says from where
   */
  Optional<DecodedRecord> next() throws IOException;

  /** Where the record begins that was read last or is being read. */
  Place place();
}
