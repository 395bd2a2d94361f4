package io.turnmill.job.read;

import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.util.Map;

/** One record of a file as plain values, or why it is none. */
sealed interface DecodedRecord {
  Place place();

  /**
   * A record that could be decoded.
   *
   * @param values as {@link io.turnmill.session.Values} lists them; they may be null
   */
  record Fields(Place place, Map<String, Object> values) implements DecodedRecord {
    /** The place only: conversation text never reaches a log. */
    @Override
    public String toString() {
      return "Fields[" + place + "]";
    }
  }

  /** A record that could not be decoded, or the end of what can be read of a file. */
  record Broken(Place place, RejectionCode code, String detail) implements DecodedRecord {}
}
