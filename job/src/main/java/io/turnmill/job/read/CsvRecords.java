package io.turnmill.job.read;

import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.job.read.DecodedRecord.Fields;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * CSV after RFC 4180 with a header. A record that breaks the rules, or has another number of
 * columns than the header, is rejected up to the next line at which a good record begins: a quote
 * that is never closed does not swallow the records after it, unless together with their quotes it
 * makes a record that is good by the letter.
 */
final class CsvRecords implements RecordSource {
  /** How many lines are looked at to find the next good record; what was tried is then let go. */
  private static final int MAX_SCANNED = 100_000;

  private final String file;
  private final ByteLines lines;
  private final char delimiter;
  private final int maxBytes;
  private final CSVFormat format;

  /** Lines read and not yet used, from the one at which the next record begins. */
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
    this.format = CSVFormat.RFC4180.builder().setDelimiter(delimiter).get();
    this.place = new Place(file, OptionalLong.of(1), OptionalLong.of(0));
  }

  /** One physical line; {@code bytes} is empty if it is too large. */
  private record Line(long number, long start, long length, boolean tooLarge, List<byte[]> kept) {
    byte[] bytes() {
      return kept.get(0);
    }
  }

  /** What comes of a record that begins at a certain line: the last line looked at, and how. */
  private record Attempt(int last, boolean good, boolean tooLarge, int columns) {}

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
      byte[] record = join(attempt.last() + 1);
      return Optional.of(DecodedRecord.decode(place, () -> decode(record)));
    }
    int bad = recover(attempt);
    if (attempt.tooLarge() && bad == attempt.last() + 1) {
      return Optional.of(tooLarge(bad));
    }
    String detail =
        attempt.columns() > 0
            ? attempt.columns() + " columns, the header has " + header.orElseThrow().size()
            : "a quote that is not closed, or text behind a closing quote";
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
    try {
      String line = text(join(attempt.last() + 1));
      if (line.replaceAll("\"[^\"]*\"", "").strip().indexOf('\r') >= 0) {
        // The whole file would be one line, and lost without a word.
        return unreadable("its lines end in CR without LF");
      }
      List<String> names = cells(line);
      Set<String> seen = new HashSet<>();
      for (String name : names) {
        if (!name.isEmpty() && !seen.add(name)) {
          return unreadable("a column stands twice in the header");
        }
      }
      header = Optional.of(names);
      return Optional.empty();
    } catch (IOException | Utf8.InvalidUtf8 e) {
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
        return new Attempt(Math.max(from, i - 1), false, true, 0);
      }
      scan.line(line.bytes());
      if (scan.isBad()) {
        return new Attempt(i, false, false, 0);
      }
      if (!scan.isOpen()) {
        int columns = scan.columns();
        boolean good = header.map(names -> names.size() == columns).orElse(true);
        return new Attempt(i, good, false, good ? 0 : columns);
      }
    }
    return new Attempt(pending.size() - 1, false, false, 0);
  }

  /** How many lines go, so that the next record is a good one if there is any. */
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

  private byte[] join(int count) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        all.write('\n');
      }
      byte[] bytes = pending.get(i).bytes();
      all.write(bytes, 0, bytes.length);
    }
    pending.subList(0, count).clear();
    return all.toByteArray();
  }

  private DecodedRecord decode(byte[] bytes) throws Utf8.InvalidUtf8 {
    try {
      List<String> names = header.orElseThrow();
      List<String> cells = cells(text(bytes));
      if (cells.size() != names.size()) {
        return new Broken(
            place, RejectionCode.MALFORMED_CSV, "a carriage return outside of quotes");
      }
      Map<String, Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        fields.put(names.get(i), cells.get(i));
      }
      return new Fields(place, fields);
    } catch (IOException e) {
      return new Broken(place, RejectionCode.MALFORMED_CSV, "");
    }
  }

  private static String text(byte[] bytes) throws Utf8.InvalidUtf8 {
    return Utf8.decode(bytes, 0, bytes.length);
  }

  private List<String> cells(String text) throws IOException {
    try (CSVParser parser = CSVParser.parse(text, format)) {
      List<CSVRecord> records = parser.getRecords();
      return records.size() == 1 ? records.get(0).toList() : List.of();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
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
