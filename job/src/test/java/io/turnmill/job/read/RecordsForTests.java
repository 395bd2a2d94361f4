package io.turnmill.job.read;

import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.job.read.DecodedRecord.Fields;
import io.turnmill.session.RejectionCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads records from memory. */
final class RecordsForTests {
  static final int MAX_BYTES = 10_000;

  private RecordsForTests() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  static List<DecodedRecord> all(RecordSource source) {
    List<DecodedRecord> records = new ArrayList<>();
    try (source) {
      for (Optional<DecodedRecord> next = source.next(); next.isPresent(); next = source.next()) {
        records.add(next.get());
      }
      return records;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static List<Map<String, Object>> good(List<DecodedRecord> records) {
    return records.stream()
        .filter(Fields.class::isInstance)
        .map(record -> ((Fields) record).values())
        .toList();
  }

  static List<RejectionCode> codes(List<DecodedRecord> records) {
    return records.stream()
        .filter(Broken.class::isInstance)
        .map(record -> ((Broken) record).code())
        .toList();
  }

  static List<DecodedRecord> jsonLines(byte[] bytes) {
    ByteLines lines = new ByteLines(stream(bytes), 0, MAX_BYTES);
    return all(new JsonLines("f", lines, Long.MAX_VALUE, MAX_BYTES));
  }

  static List<DecodedRecord> jsonElements(byte[] bytes) {
    return all(new JsonElements("f", stream(bytes), MAX_BYTES));
  }

  static List<DecodedRecord> csv(byte[] bytes) {
    return all(new CsvRecords("f", new ByteLines(stream(bytes), 0, MAX_BYTES), ',', MAX_BYTES));
  }

  /** Puts bytes that are no UTF-8 where the text says {@code <BAD>}. */
  static byte[] withBadBytes(String text) {
    String latin = new String(bytes(text), StandardCharsets.ISO_8859_1);
    return latin.replace("<BAD>", "\u00c3(").getBytes(StandardCharsets.ISO_8859_1);
  }
}
