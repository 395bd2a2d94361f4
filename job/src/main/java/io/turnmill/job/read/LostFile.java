package io.turnmill.job.read;

import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.Serializable;
import java.util.OptionalLong;

/**
 * A file that cannot be read to its end.
 *
 * @param uri the file, with its file system
 * @param shownName the file as results name it
 * @param line from 1, from which on it cannot be read; 0 where it is not known
 * @param position place in the file from which on it cannot be read; -1 where it is not known
 * @param reason never conversation text
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

  /** This file as the record that stands for everything that could not be read. */
  Broken asRecord() {
    Place place =
        new Place(
            shownName,
            line > 0 ? OptionalLong.of(line) : OptionalLong.empty(),
            position >= 0 ? OptionalLong.of(position) : OptionalLong.empty());
    return new Broken(place, RejectionCode.UNREADABLE_FILE, reason);
  }
}
