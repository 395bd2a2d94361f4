package io.turnmill.job.read;

import static io.turnmill.job.read.RecordsForTests.MAX_BYTES;
import static io.turnmill.job.read.RecordsForTests.bytes;
import static io.turnmill.job.read.RecordsForTests.codes;
import static io.turnmill.job.read.RecordsForTests.csv;
import static io.turnmill.job.read.RecordsForTests.good;
import static io.turnmill.job.read.RecordsForTests.withBadBytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordsTest {
  @Test
  void lineBreaksAndQuotesStandInsideOfQuotes() {
    assertThat(good(csv(bytes("\uFEFFid,text\r\n1,\"a\r\nb \"\"c\"\", d\"\r\n\r\n2,e \"f\" g"))))
        .containsExactly(
            Map.of("id", "1", "text", "a\r\nb \"c\", d"), Map.of("id", "2", "text", "e \"f\" g"));
  }

  @Test
  void placesAreThoseOfTheFirstLine() {
    List<DecodedRecord> records = csv(bytes("id,text\n1,\"a\nb\"\n2\n"));
    assertThat(records.get(1))
        .isEqualTo(
            new Broken(
                new Place("f", OptionalLong.of(4), OptionalLong.of(16)),
                RejectionCode.MALFORMED_CSV,
                "1 columns, the header has 2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,0,user,\"never closed",
        "x,0,\"user,never closed",
        "x,0,user,\"closed\" too early\"",
        "x,0,user,\"two\nlines\" and more",
        "x,0,user",
        "x,0,user,a,b",
        "x",
        "x,0,user,a\rb,c",
        "\"",
      })
  void aBadRecordTakesNoOtherAlong(String bad) {
    String good = "s,1,user,\"first\nsecond\"\n";
    List<DecodedRecord> records =
        csv(bytes("id,turn,role,content\n" + good + bad + "\n" + good + good));
    assertThat(good(records)).hasSize(3);
    assertThat(codes(records)).containsExactly(RejectionCode.MALFORMED_CSV);
  }

  @Test
  void aRecordThatIsTooLargeOrNotUtf8IsRejectedAlone() {
    List<DecodedRecord> records =
        csv(
            withBadBytes(
                "a,b\n1,"
                    + "x".repeat(MAX_BYTES)
                    + "\n2,<BAD>\n3,\""
                    + "x\n".repeat(MAX_BYTES / 2)
                    + "\"\n4,ok"));
    assertThat(good(records)).containsExactly(Map.of("a", "4", "b", "ok"));
    assertThat(codes(records))
        .startsWith(
            RejectionCode.RECORD_TOO_LARGE,
            RejectionCode.INVALID_UTF8,
            RejectionCode.RECORD_TOO_LARGE);
  }

  @Test
  void aHeaderThatCannotBeUsedMakesTheFileUnreadable() {
    assertThat(codes(csv(bytes("a,b\r1,2\r3,4\r")))).containsExactly(RejectionCode.UNREADABLE_FILE);
    assertThat(codes(csv(bytes("a,a\n1,2\n")))).containsExactly(RejectionCode.UNREADABLE_FILE);
    assertThat(codes(csv(bytes("a,\"b\n1,2\n")))).containsExactly(RejectionCode.UNREADABLE_FILE);
    assertThat(codes(csv(withBadBytes("a,<BAD>\n1,2\n"))))
        .containsExactly(RejectionCode.UNREADABLE_FILE);
    assertThat(csv(bytes(""))).isEmpty();
    assertThat(csv(bytes("a,b\n"))).isEmpty();
  }

  @Property(tries = 300)
  void whatIsWrittenIsRead(@ForAll("rows") List<List<String>> rows) {
    assertThat(good(csv(bytes(write(rows))))).isEqualTo(expected(rows));
  }

  @Property(tries = 300)
  void poisonAnywhereTakesNoOtherAlong(
      @ForAll("rows") List<List<String>> rows,
      @ForAll @IntRange(max = 8) int where,
      @ForAll("poison") String poison) {
    int at = Math.min(where, rows.size());
    String text =
        write(rows.subList(0, at))
            + poison
            + "\n"
            + write(rows.subList(at, rows.size())).substring(6);
    List<DecodedRecord> records = csv(bytes(text));
    assertThat(good(records)).isEqualTo(expected(rows));
    assertThat(codes(records)).isNotEmpty().containsOnly(RejectionCode.MALFORMED_CSV);
  }

  @Provide
  Arbitrary<String> poison() {
    return Arbitraries.of(
        "a,b,\"open", "a,\"open,c", "a,b,\"c\"d", "a,b", "a,b,c,d", "a,b,\"c\"\"");
  }

  /**
   * The last column is free text, but no line break stands at its beginning or behind a quote: with
   * an open quote in front, that would be a good record by the letter.
   */
  @Provide
  Arbitrary<List<List<String>>> rows() {
    Arbitrary<String> name = Arbitraries.strings().withChars("xyz").ofMinLength(1).ofMaxLength(3);
    Arbitrary<String> text =
        Arbitraries.oneOf(
            Arbitraries.strings().withChars("xy\" \n客").ofMaxLength(12),
            Arbitraries.strings().withChars("xy\" ,客").ofMaxLength(12));
    Arbitrary<String> content = text.filter(value -> !("\"" + value).contains("\"\n"));
    return name.flatMap(
            first -> name.flatMap(second -> content.map(third -> List.of(first, second, third))))
        .list()
        .ofMaxSize(8);
  }

  private static String write(List<List<String>> rows) {
    StringBuilder csv = new StringBuilder("a,b,c\n");
    for (List<String> row : rows) {
      csv.append(row.get(0)).append(',').append(row.get(1)).append(",\"");
      csv.append(row.get(2).replace("\"", "\"\"")).append("\"\n");
    }
    return csv.toString();
  }

  private static List<Map<String, String>> expected(List<List<String>> rows) {
    List<Map<String, String>> expected = new ArrayList<>();
    rows.forEach(row -> expected.add(Map.of("a", row.get(0), "b", row.get(1), "c", row.get(2))));
    return expected;
  }
}
