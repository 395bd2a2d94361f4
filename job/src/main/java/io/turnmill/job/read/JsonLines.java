package io.turnmill.job.read;

import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads one JSON value from each line. A line belongs to the split that has its first byte. */
final class JsonLines implements RecordSource {
  private final String file;
  private final ByteLines lines;
  private final long end;
  private final int maxBytes;
  private final boolean numbered;
  private long number;

  /**
   * Reads the lines of one split.
   *
   * @param lines the lines, from the beginning of one
   * @param end the position at which the split ends; a line that begins before it is read to its
   *     end
   */
  JsonLines(String file, ByteLines lines, long end, int maxBytes) {
    this.file = file;
    this.lines = lines;
    this.end = end;
    this.maxBytes = maxBytes;
    this.numbered = lines.start() == 0;
  }

  @Override
  public Optional<DecodedRecord> next() throws IOException {
    while (lines.position() < end) {
      number++;
      if (!lines.advance()) {
        break;
      }
      if (lines.tooLarge()) {
        return Optional.of(
            new Broken(
                place(),
                RejectionCode.RECORD_TOO_LARGE,
                lines.length() + " bytes, more than " + maxBytes));
      }
      byte[] bytes = lines.bytes();
      int from = lines.start() == 0 ? Utf8.byteOrderMark(bytes, bytes.length) : 0;
      if (!Utf8.isBlank(bytes, from, bytes.length)) {
        return Optional.of(
            DecodedRecord.decode(
                place(),
                () -> JsonText.record(Utf8.decode(bytes, from, bytes.length - from), place())));
      }
    }
    return Optional.empty();
  }

  @Override
  public Place place() {
    return new Place(
        file,
        numbered ? OptionalLong.of(number) : OptionalLong.empty(),
        OptionalLong.of(lines.start()));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
