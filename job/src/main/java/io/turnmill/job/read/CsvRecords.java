package io.turnmill.job.read;

import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.job.read.DecodedRecord.Fields;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads CSV by RFC 4180 with a header. A record that breaks the rules, or has another number of
 * columns than the header, is rejected up to the next line at which a good record begins: an
 * unclosed quote does not swallow the records after it, unless it forms a valid record together
 * with their quotes.
 */
final class CsvRecords implements RecordSource {
  /**
   * How many lines are tried to find the next good record; after that, all of them are rejected.
   */
  private static final int MAX_SCANNED = 100_000;

  private final String file;
  private final ByteLines lines;
  private final char delimiter;
  private final int maxBytes;

  /** The lines that are read and not yet used, from the one at which the next record begins. */
  private final List<Line> pending = new ArrayList<>();

  private long read;
  private Place place;
  private Optional<List<String>> header = Optional.empty();
  private boolean ended;

  CsvRecords(String file, ByteLines lines, char delimiter, int maxBytes) {
    this.file = file;
    this.lines = lines;
    this.delimiter = delimiter;
    this.maxBytes = maxBytes;
    this.place = new Place(file, OptionalLong.of(1), OptionalLong.of(0));
  }

  /** One physical line; {@code bytes} is empty if it is too large. */
  private record Line(long number, long start, long length, boolean tooLarge, List<byte[]> kept) {
    byte[] bytes() {
      return kept.get(0);
    }
  }

  /**
   * The result of trying to read a record from a certain line, with the last line that was read.
   */
  private record Attempt(int last, boolean good, boolean tooLarge, CsvScan scan) {}

  @Override
  public Optional<DecodedRecord> next() throws IOException {
    if (header.isEmpty() && !ended) {
      Optional<DecodedRecord> problem = readHeader();
      if (problem.isPresent()) {
        ended = true;
        return problem;
      }
    }
    if (ended || !skipBlankLines()) {
      return Optional.empty();
    }
    if (pending.get(0).tooLarge()) {
      return Optional.of(tooLarge(1));
    }
    Attempt attempt = attempt(0);
    if (attempt.good()) {
      pending.subList(0, attempt.last() + 1).clear();
      return Optional.of(DecodedRecord.decode(place, () -> decode(attempt.scan())));
    }
    int bad = recover(attempt);
    if (attempt.tooLarge() && bad == attempt.last() + 1) {
      return Optional.of(tooLarge(bad));
    }
    String detail =
        attempt.scan().isBad() || attempt.scan().isOpen()
            ? "a quote that is not closed, or text after a closing quote"
            : attempt.scan().columns() + " columns, the header has " + header.orElseThrow().size();
    pending.subList(0, bad).clear();
    return Optional.of(new Broken(place, RejectionCode.MALFORMED_CSV, detail));
  }

  private Optional<DecodedRecord> readHeader() throws IOException {
    if (!skipBlankLines()) {
      ended = true;
      return Optional.empty();
    }
    Attempt attempt = attempt(0);
    if (!attempt.good()) {
      return unreadable("the header is not CSV");
    }
    if (attempt.scan().hasBareReturn()) {
      // Otherwise the whole file would be one line, which would be taken for the header.
      return unreadable("its lines end in CR without LF");
    }
    pending.subList(0, attempt.last() + 1).clear();
    try {
      List<String> names = attempt.scan().cells();
      Set<String> seen = new HashSet<>();
      for (String name : names) {
        if (!name.isEmpty() && !seen.add(name)) {
          return unreadable("a column stands twice in the header");
        }
      }
      header = Optional.of(names);
      return Optional.empty();
    } catch (Utf8.InvalidUtf8 e) {
      return unreadable("the header is not CSV in UTF-8");
    }
  }

  private Optional<DecodedRecord> unreadable(String why) {
    return Optional.of(new Broken(place, RejectionCode.UNREADABLE_FILE, why));
  }

  /** Goes to a line that is not blank and remembers it as the place; false at the end. */
  private boolean skipBlankLines() throws IOException {
    while (has(0)) {
      Line line = pending.get(0);
      if (line.tooLarge() || !Utf8.isBlank(line.bytes(), 0, line.bytes().length)) {
        place = new Place(file, OptionalLong.of(line.number()), OptionalLong.of(line.start()));
        return true;
      }
      pending.remove(0);
    }
    return false;
  }

  private Attempt attempt(int from) throws IOException {
    CsvScan scan = new CsvScan(delimiter);
    long bytes = 0;
    for (int i = from; has(i); i++) {
      Line line = pending.get(i);
      bytes += line.length() + 1;
      if (line.tooLarge() || bytes - 1 > maxBytes) {
        return new Attempt(Math.max(from, i - 1), false, true, scan);
      }
      scan.line(line.bytes());
      if (scan.isBad() || !scan.isOpen()) {
        boolean good = header.map(names -> names.size() == scan.columns()).orElse(true);
        return new Attempt(i, good && !scan.isBad(), false, scan);
      }
    }
    return new Attempt(pending.size() - 1, false, false, scan);
  }

  /** How many lines to reject, so that the next record is a good one if there is one. */
  private int recover(Attempt failed) throws IOException {
    long scanned = 0;
    for (int i = 1; i <= failed.last(); i++) {
      Attempt attempt = attempt(i);
      if (attempt.good()) {
        return i;
      }
      scanned += attempt.last() - i + 1L;
      if (scanned > MAX_SCANNED) {
        return i + 1;
      }
    }
    return failed.last() + 1;
  }

  private boolean has(int index) throws IOException {
    while (pending.size() <= index) {
      read++;
      if (!lines.advance()) {
        return false;
      }
      byte[] bytes = lines.tooLarge() ? new byte[0] : withoutMark(lines.bytes());
      pending.add(new Line(read, lines.start(), lines.length(), lines.tooLarge(), List.of(bytes)));
    }
    return true;
  }

  private byte[] withoutMark(byte[] bytes) {
    int mark = lines.start() == 0 ? Utf8.byteOrderMark(bytes, bytes.length) : 0;
    return mark == 0 ? bytes : java.util.Arrays.copyOfRange(bytes, mark, bytes.length);
  }

  private Broken tooLarge(int count) {
    long bytes = pending.subList(0, count).stream().mapToLong(Line::length).sum();
    pending.subList(0, count).clear();
    return new Broken(
        place, RejectionCode.RECORD_TOO_LARGE, bytes + " bytes, more than " + maxBytes);
  }

  private DecodedRecord decode(CsvScan scan) throws Utf8.InvalidUtf8 {
    if (scan.hasBareReturn()) {
      return new Broken(place, RejectionCode.MALFORMED_CSV, "a carriage return outside of quotes");
    }
    List<String> names = header.orElseThrow();
    List<String> cells = scan.cells();
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      fields.put(names.get(i), cells.get(i));
    }
    return new Fields(place, fields);
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
