package io.turnmill.job.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.InputConfig;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.read.DecodedRecord.Fields;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.testing.ArchiveWriter;
import io.turnmill.job.testing.Faults;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.SessionsForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.session.ParsedRecord;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Some records of a thousand throw while they are decoded or parsed; the others never notice. */
class ParseFaultsTest {
  private static final int EVERY = 89;

  @TempDir Path dir;

  /** A record's values, one of which cannot be had. */
  private static final class FaultyValues extends HashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    private final int kind;

    FaultyValues(Map<String, Object> values, int kind) {
      super(values);
      this.kind = kind;
    }

    @Override
    public Object get(Object name) {
      if (name.equals("session_id") || name.equals("id")) {
        Faults.raise(kind);
      }
      return super.get(name);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyLayout() {
    List<JsonNode> sessions = SessionsForTests.made(400);
    return ArchiveWriter.layouts().entrySet().stream()
        .map(
            layout ->
                DynamicTest.dynamicTest(
                    layout.getKey(),
                    () -> {
                      Path folder = Files.createTempDirectory(dir, "layout");
                      layout.getValue().accept(sessions, folder);
                      othersAreParsedAsEver(InputsForTests.carrying(List.of("source"), folder));
                    }));
  }

  private static void othersAreParsedAsEver(InputConfig input) {
    RecordRows rows = new RecordRows(input);
    List<DecodedRecord> records = records(input, rows);
    List<ParsedRecord> clean = parsed(records.stream().map(rows::row).toList());
    assertThat(clean).hasSizeGreaterThanOrEqualTo(400);

    List<ParsedRecord> faulty =
        parsed(
            IntStream.range(0, records.size())
                .mapToObj(i -> isFaulty(i) ? faulty(records.get(i), kind(i)) : records.get(i))
                .map(rows::row)
                .toList());
    int faults = 0;
    for (int i = 0; i < records.size(); i++) {
      if (isFaulty(i)) {
        faults++;
        assertRejected(faulty.get(i), clean.get(i).place(), "parse", kind(i));
      } else {
        assertThat(faulty.get(i)).isEqualTo(clean.get(i));
      }
    }
    assertThat(faults).isGreaterThanOrEqualTo(4);
  }

  private static boolean isFaulty(int record) {
    return record % EVERY == 5;
  }

  private static int kind(int record) {
    return record / EVERY % Faults.KINDS;
  }

  /** As grouping reads them. */
  private static List<ParsedRecord> parsed(List<Row> rows) {
    return SparkForTests.session()
        .createDataFrame(rows, EntryRows.SCHEMA)
        .coalesce(1)
        .collectAsList()
        .stream()
        .map(EntryRows::decode)
        .toList();
  }

  private static DecodedRecord faulty(DecodedRecord record, int kind) {
    Fields fields = (Fields) record;
    return new Fields(fields.place(), new FaultyValues(fields.values(), kind));
  }

  private static void assertRejected(ParsedRecord parsed, Place place, String step, int kind) {
    ParsedRecord.Rejected rejected = (ParsedRecord.Rejected) parsed;
    assertThat(rejected.place()).isEqualTo(place);
    assertThat(rejected.scope()).isEqualTo(Scope.RECORD);
    assertThat(rejected.code().wireName()).isEqualTo(Faults.code(kind));
    assertThat(rejected.detail()).isEqualTo(Faults.detail(step, kind));
  }

  private static List<DecodedRecord> records(InputConfig input, RecordRows rows) {
    Configuration conf = new Configuration();
    List<DecodedRecord> records = new ArrayList<>();
    for (InputFile file : InputFiles.list(conf, input)) {
      try (SplitRecords split =
          new SplitRecords(
              file.whole(), conf, input.maxRecordBytes(), rows.columns(), Retry.never())) {
        split.forEachRemaining(records::add);
      }
    }
    return records;
  }

  @Test
  void whatIsThrownWhileARecordIsDecodedCostsThatRecord() {
    Place place = new Place("f", OptionalLong.empty(), OptionalLong.of(3));
    for (int kind = 0; kind < Faults.KINDS; kind++) {
      int thrown = kind;
      DecodedRecord record =
          DecodedRecord.decode(
              place,
              () -> {
                Faults.raise(thrown);
                return null;
              });
      assertThat(record)
          .isEqualTo(
              new DecodedRecord.Broken(
                  place,
                  RejectionCode.valueOf(Faults.code(kind).toUpperCase(Locale.ROOT)),
                  Faults.detail("read", kind)));
    }
  }

  /** A decimal without a byte is no number; Parquet's own reader lets it pass. */
  @Test
  void aValueOfParquetThatIsNoneCostsItsRow() throws IOException {
    ParquetForTests.messages(
        dir.resolve("d.parquet"),
        "binary price (DECIMAL(9,2))",
        List.of(new byte[] {7}, new byte[0], new byte[] {9}));
    InputConfig input = InputsForTests.carrying(List.of("price"), dir);
    RecordRows rows = new RecordRows(input);
    List<ParsedRecord> parsed = parsed(records(input, rows).stream().map(rows::row).toList());

    assertThat(parsed).hasSize(3);
    assertThat(((ParsedRecord.Entry) parsed.get(0)).carried()).containsEntry("price", "0.07");
    assertThat(parsed.get(1))
        .isInstanceOfSatisfying(
            ParsedRecord.Rejected.class,
            rejected ->
                assertThat(rejected.detail()).isEqualTo("read: java.lang.NumberFormatException"));
    assertThat(((ParsedRecord.Entry) parsed.get(2)).carried()).containsEntry("price", "0.09");
  }
}
