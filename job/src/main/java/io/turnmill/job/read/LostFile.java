package io.turnmill.job.read;

import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.Serializable;
import java.util.OptionalLong;

/**
 * A file that could not be read to its end.
 *
 * @param uri the address of the file, with its file system
 * @param shownName the name of the file in results
 * @param line the line, from 1, from which the file cannot be read; 0 if not known
 * @param position the position from which the file cannot be read; -1 if not known
 * @param reason the reason; never conversation text
 */
record LostFile(String uri, String shownName, long line, long position, String reason)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static LostFile of(String uri, Broken end) {
    return new LostFile(
        uri,
        end.place().sourceFile(),
        end.place().line().orElse(0),
        end.place().position().orElse(-1),
        end.detail());
  }

  /** The record that represents everything in the file that could not be read. */
  Broken asRecord() {
    Place place =
        new Place(
            shownName,
            line > 0 ? OptionalLong.of(line) : OptionalLong.empty(),
            position >= 0 ? OptionalLong.of(position) : OptionalLong.empty());
    return new Broken(place, RejectionCode.UNREADABLE_FILE, reason);
  }
}
