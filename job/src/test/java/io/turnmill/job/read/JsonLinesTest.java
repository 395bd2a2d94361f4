package io.turnmill.job.read;

import static io.turnmill.job.read.RecordsForTests.MAX_BYTES;
import static io.turnmill.job.read.RecordsForTests.bytes;
import static io.turnmill.job.read.RecordsForTests.codes;
import static io.turnmill.job.read.RecordsForTests.good;
import static io.turnmill.job.read.RecordsForTests.jsonLines;
import static io.turnmill.job.read.RecordsForTests.withBadBytes;
import static java.lang.Double.NaN;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {
  @Test
  void aBadLineTakesNoOtherAlong() {
    List<DecodedRecord> records =
        jsonLines(
            withBadBytes(
                "\uFEFF{\"a\":1}\r\n\n  \n{\"a\":\n[1]\n{\"a\":1} x\n{\"b\":\"<BAD>\"}\n"
                    + "{\"b\":\""
                    + "x".repeat(MAX_BYTES)
                    + "\"}\n{\"a\":2}"));
    assertThat(good(records)).containsExactly(Map.of("a", 1), Map.of("a", 2));
    assertThat(codes(records))
        .containsExactly(
            RejectionCode.MALFORMED_JSON,
            RejectionCode.NOT_AN_OBJECT,
            RejectionCode.MALFORMED_JSON,
            RejectionCode.INVALID_UTF8,
            RejectionCode.RECORD_TOO_LARGE);
    assertThat(records.get(1))
        .isEqualTo(
            new Broken(
                new Place("f", OptionalLong.of(4), OptionalLong.of(16)),
                RejectionCode.MALFORMED_JSON,
                "the record ends too early"));
  }

  @Test
  void noDetailQuotesTheRecord() {
    List<DecodedRecord> records = jsonLines(bytes("secret\n{\"secret\" secret}\n{secret:1}"));
    assertThat(records).hasSize(3);
    assertThat(records.toString()).doesNotContain("secret");
  }

  @Test
  void numbersThatPythonWritesAreRead() {
    assertThat(good(jsonLines(bytes("{\"a\": NaN, \"b\": [Infinity, -Infinity]}"))))
        .containsExactly(
            Map.of("a", NaN, "b", List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'a': 1}    | Python's, not JSON",
        "{\"a\": None} | Python's, not JSON",
        "{\"a\": 1} {} | goes on after the end",
        "[{\"a\": 1}]  | the record is a list",
        "7           | the record is a number",
        "{\"a\": 1     | ends too early"
      })
  void detailsSayWhatIsWrong(String line, String said) {
    assertThat(jsonLines(bytes(line)))
        .singleElement()
        .isInstanceOfSatisfying(Broken.class, broken -> assertThat(broken.detail()).contains(said));
  }

  @Test
  void ofEqualKeysTheLastCounts() {
    assertThat(good(jsonLines(bytes("{\"a\":1,\"a\":2}")))).containsExactly(Map.of("a", 2));
  }

  @Test
  void deepNestingIsABadRecordAndNoStackOverflow() {
    assertThat(codes(jsonLines(bytes("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}"))))
        .containsExactly(RejectionCode.RECORD_TOO_LARGE);
    assertThat(jsonLines(bytes("{\"a\":" + "[".repeat(4000) + "]".repeat(4000) + "}")))
        .singleElement()
        .isInstanceOfSatisfying(
            Broken.class,
            broken -> {
              assertThat(broken.code()).isEqualTo(RejectionCode.MALFORMED_JSON);
              assertThat(broken.detail())
                  .isEqualTo("its nesting depth is 1001, where 1000 is the most");
            });
  }

  @Property(tries = 200)
  void splitsOfAnySizeGiveEachLineOnce(
      @ForAll("files") String text, @ForAll @IntRange(min = 1, max = 60) int splitBytes)
      throws IOException {
    Path file = Files.createTempFile("lines", ".jsonl");
    try {
      Files.writeString(file, text);
      InputFile input =
          new InputFile(
              file.toUri().toString(),
              "f",
              FileFormat.JSON_LINES,
              InputCompression.NONE,
              Files.size(file),
              "0");
      List<DecodedRecord> records = new ArrayList<>();
      for (Split split : Splits.cut(input, splitBytes)) {
        SplitRecords part =
            new SplitRecords(split, new Configuration(false), MAX_BYTES, Set.of(), Retry.never());
        part.forEachRemaining(records::add);
      }
      List<DecodedRecord> whole = jsonLines(bytes(text));
      assertThat(good(records)).isEqualTo(good(whole));
      assertThat(positions(records)).isEqualTo(positions(whole));
    } finally {
      Files.delete(file);
    }
  }

  private static List<OptionalLong> positions(List<DecodedRecord> records) {
    return records.stream().map(record -> record.place().position()).toList();
  }

  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> value = Arbitraries.strings().withChars("ab客\u00e9 ").ofMaxLength(30);
    Arbitrary<String> line =
        Arbitraries.oneOf(
            value.map(text -> "{\"a\":\"" + text + "\"}"),
            Arbitraries.of("", " ", "{\"a\":", "{\"b\":1}\r"));
    return line.list().ofMaxSize(12).map(lines -> lines.stream().collect(Collectors.joining("\n")));
  }
}
