package io.turnmill.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.MessageEntry.Draft;
import io.turnmill.session.RecordParser.RecordLayout;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
  private static final Timestamps TIMES = new Timestamps(TimestampUnit.AUTO);

  @ParameterizedTest
  @CsvSource({
    "2024-05-01T12:00:00Z,             2024-05-01T12:00:00Z",
    "2024-05-01T12:00:00,              2024-05-01T12:00:00Z",
    "2024-05-01 12:00:00,              2024-05-01T12:00:00Z",
    "2024-05-01t12:00z,                2024-05-01T12:00:00Z",
    "2024-05-01T12:00:00.123456789Z,   2024-05-01T12:00:00.123456Z",
    "2024-05-01T12:00:00+08:00,        2024-05-01T04:00:00Z",
    "2024-05-01 12:00:00+0800,         2024-05-01T04:00:00Z",
    "2024-05-01 12:00:00-02,           2024-05-01T14:00:00Z",
    "2024-05-01,                       2024-05-01T00:00:00Z",
    "1714564800,                       2024-05-01T12:00:00Z",
    "1.7145648E+09,                    2024-05-01T12:00:00Z",
    "1714564800.5,                     2024-05-01T12:00:00.500Z",
    "1714564800123,                    2024-05-01T12:00:00.123Z",
    "-1,                               1969-12-31T23:59:59Z",
    "1714564800123456,                 2024-05-01T12:00:00.123456Z",
    "1714564800123456789,              2024-05-01T12:00:00.123456Z",
    "2024/5/1 12:00,                   2024-05-01T12:00:00Z",
    "2024-05-01 12:00:00 UTC,          2024-05-01T12:00:00Z",
    "2024-05-01T12:00:00Z[UTC],        2024-05-01T12:00:00Z",
    "'2024-05-01 12:00:00,123 +0200',  2024-05-01T10:00:00.123Z",
    "'Wed, 01 May 2024 12:00:00 GMT',  2024-05-01T12:00:00Z",
    "1 May 2024 12:00 +0800,           2024-05-01T04:00:00Z",
    "'Wed, 1 May 24 12:00:00 EDT',     2024-05-01T16:00:00Z",
    "'wed, 1 may 2024 12:00 -0000',    2024-05-01T12:00:00Z",
    "1 May 2024 12:00:00 -0700 (PDT),  2024-05-01T19:00:00Z",
    "'Wednesday, 01-May-24 12:00 GMT', 2024-05-01T12:00:00Z",
    "1 May 98 12:00:00 GMT,            1998-05-01T12:00:00Z",
    "Wed May  1 12:00:00 2024,         2024-05-01T12:00:00Z",
    "Wed May 01 12:00:00 +0200 2024,   2024-05-01T10:00:00Z",
    "Wed May 01 12:00:00 UTC 2024,     2024-05-01T12:00:00Z",
    "2024-04-30T24:00:00+02:00,        2024-04-30T22:00:00Z",
    "2016-12-31T23:59:60Z,             2017-01-01T00:00:00Z",
    "2024-05-01T20:00+08:00[Asia/Shanghai], 2024-05-01T12:00:00Z",
    "20241301,                         1970-08-23T06:35:01Z",
  })
  void textIsUnderstood(String text, String expected) {
    assertThat(TIMES.parse(text)).contains(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "12:00",
        "2024-13-01",
        "2024-02-30T00:00:00Z",
        "2024-05/01",
        "1e99",
        "2024-05-01T12:00:00[Europe/Berlin]",
        "20240131",
        "202401312359",
        "45322.4",
        "9999999999-01-01",
        "2024-05-01T24:00:01",
        "05/01/2024 12:00",
        "01.05.2024",
        "1 Mai 2024 12:00",
        "30 Feb 2024 12:00 GMT",
        "1 May 2024 12:00 XYZ",
        // Noon in Chicago, and in Shanghai.
        "Wed May 01 12:00:00 CST 2024"
      })
  void otherTextIsNot(String text) {
    assertThat(TIMES.parse(text)).isEmpty();
  }

  @Test
  void numbersOfAnyKindAreUnderstood() {
    Instant noon = Instant.parse("2024-05-01T12:00:00Z");
    assertThat(TIMES.parse(1714564800)).contains(noon);
    assertThat(TIMES.parse(1714564800L)).contains(noon);
    assertThat(TIMES.parse(1.7145648E9)).contains(noon);
    assertThat(TIMES.parse(1.7145648E12)).contains(noon);
    assertThat(TIMES.parse(new BigDecimal("1714564800"))).contains(noon);
    assertThat(TIMES.parse(new BigDecimal("1.7145648E9"))).contains(noon);
    assertThat(TIMES.parse(noon)).contains(noon);
    assertThat(TIMES.parse(true)).isEmpty();
    assertThat(TIMES.parse(Double.NaN)).isEmpty();
    assertThat(TIMES.parse(new BigDecimal("1e999999999"))).isEmpty();
  }

  @Property
  void isoTextOfAnyInstantComesBackToTheMicrosecond(@ForAll("instants") Instant instant) {
    Instant whole = instant.truncatedTo(ChronoUnit.MICROS);
    assertThat(TIMES.parse(instant)).contains(whole);
    // Dates end with the year 10⁹, some days within the range of instants.
    if (Math.abs(instant.getEpochSecond()) < 31_550_000_000_000_000L) {
      assertThat(TIMES.parse(instant.toString())).contains(whole);
      assertThat(TIMES.parse(" " + instant.atOffset(ZoneOffset.ofHours(14)) + "\n"))
          .contains(whole);
    }
  }

  /** As text, as decimals, and as floating point as far as that is exact. */
  @Property
  void secondsAndMillisecondsOfATimeOfAConversationComeBack(@ForAll("usual") Instant time) {
    BigDecimal seconds =
        BigDecimal.valueOf(time.getEpochSecond())
            .add(BigDecimal.valueOf(time.getNano(), 9))
            .setScale(6, RoundingMode.FLOOR);
    Instant whole = time.truncatedTo(ChronoUnit.MICROS);
    Assume.that(!isDateInDigits(time.getEpochSecond()) && !isDateInDigits(time.toEpochMilli()));
    assertThat(TIMES.parse(seconds)).contains(whole);
    assertThat(TIMES.parse(seconds.toPlainString())).contains(whole);
    assertThat(TIMES.parse(time.getEpochSecond()))
        .contains(Instant.ofEpochSecond(time.getEpochSecond()));
    assertThat(TIMES.parse((double) time.getEpochSecond()))
        .contains(Instant.ofEpochSecond(time.getEpochSecond()));
    if (Math.abs(time.toEpochMilli()) >= 100_000_000_000L) {
      assertThat(TIMES.parse(time.toEpochMilli()))
          .contains(Instant.ofEpochMilli(time.toEpochMilli()));
      assertThat(TIMES.parse((double) time.toEpochMilli()))
          .contains(Instant.ofEpochMilli(time.toEpochMilli()));
    }
  }

  /** Or a day of a spreadsheet; rarely, and then in 1970 or 1976. */
  private static boolean isDateInDigits(long number) {
    return Long.toString(number).matches("(19|20)(\\d{6}|\\d{10})|\\d{5}");
  }

  @Property
  void datesOfMailComeBackToTheSecond(
      @ForAll("usual") Instant time, @ForAll @IntRange(min = -18 * 60, max = 18 * 60) int minutes) {
    ZoneOffset zone = ZoneOffset.ofTotalSeconds(60 * minutes);
    String text = DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(zone));
    assertThat(TIMES.parse(text)).contains(time.truncatedTo(ChronoUnit.SECONDS));
  }

  @Property
  void numbersCountWhatTheSettingSays(@ForAll("usual") Instant time) {
    Instant whole = time.truncatedTo(ChronoUnit.MICROS);
    BigDecimal micros =
        BigDecimal.valueOf(whole.getEpochSecond())
            .movePointRight(6)
            .add(BigDecimal.valueOf(whole.getNano() / 1000));
    assertThat(new Timestamps(TimestampUnit.SECONDS).parse(micros.movePointLeft(6)))
        .contains(whole);
    assertThat(new Timestamps(TimestampUnit.MILLISECONDS).parse(micros.movePointLeft(3)))
        .contains(whole);
    assertThat(new Timestamps(TimestampUnit.MICROSECONDS).parse(micros)).contains(whole);
    assertThat(new Timestamps(TimestampUnit.NANOSECONDS).parse(micros.movePointRight(3)))
        .contains(whole);
    if (micros.abs().compareTo(new BigDecimal("1e14")) >= 0) {
      assertThat(TIMES.parse(micros)).contains(whole);
      assertThat(TIMES.parse(micros.movePointRight(3))).contains(whole);
    }
  }

  /** Days that spreadsheets show for these numbers. */
  @ParameterizedTest
  @CsvSource({
    "1,                1900-01-01T00:00:00Z",
    "59,               1900-02-28T00:00:00Z",
    "61,               1900-03-01T00:00:00Z",
    "25569,            1970-01-01T00:00:00Z",
    "45413.5,          2024-05-01T12:00:00Z",
    "45361.1041666667, 2024-03-10T02:30:00Z",
  })
  void spreadsheetsCountDays(String number, String expected) {
    Timestamps days = new Timestamps(TimestampUnit.EXCEL_DAYS);
    assertThat(days.parse(number)).contains(Instant.parse(expected));
    assertThat(days.parse(Double.valueOf(number))).contains(Instant.parse(expected));
    assertThat(days.parse("2024-05-01")).contains(Instant.parse("2024-05-01T00:00:00Z"));
  }

  /** A record never throws, and only a time of the years 1900 to 2261 becomes a message's. */
  @Property
  void anyValueIsATimeOfAConversationOrOneThatCannotBeRead(@ForAll("values") Object value) {
    RecordParser parser =
        new RecordParser(
            FieldNames.USUAL, RecordLayout.AUTO, RoleTable.common(), false, TimestampUnit.AUTO);
    Map<String, Object> record =
        Map.of("session_id", "s", "role", "user", "content", "x", "timestamp", value);
    ParsedRecord.Entry entry =
        (ParsedRecord.Entry) parser.parse(record, new Place("f", NONE, NONE), Map.of());
    Draft draft = (Draft) entry.messages().get(0);

    if (draft.timestamp().isPresent()) {
      assertThat(draft.unreadTime()).isEmpty();
      assertThat(draft.timestamp().get())
          .isBetween(
              Instant.parse("1900-01-01T00:00:00Z"), Instant.parse("2261-12-31T23:59:59.999999Z"))
          .isEqualTo(draft.timestamp().get().truncatedTo(ChronoUnit.MICROS));
    } else if (draft.unreadTime().isEmpty()) {
      assertThat(value.toString().strip()).as("what says nothing is no time").isIn("", "NaN");
    }
  }

  private static final OptionalLong NONE = OptionalLong.empty();

  @ParameterizedTest
  @CsvSource({
    "1899-12-31T23:59:59.999999Z, false",
    "1900-01-01T00:00:00Z,        true",
    "2261-12-31T23:59:59.999999Z, true",
    "2262-01-01,                  false",
    "0001-01-01T00:00:00,         false",
    "9999-12-31T23:59:59Z,        false",
    "20240131100000,              false",
    "-2208988800,                 true",
    "-2208988801,                 false",
  })
  void conversationsTakePlaceInTheYears1900To2261(String text, boolean takesPlace) {
    assertThat(TIMES.parse(text).map(Timestamps::isOfAConversation)).contains(takesPlace);
  }

  @Provide
  Arbitrary<Instant> instants() {
    Arbitrary<Long> seconds =
        Arbitraries.longs()
            .between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond())
            .edgeCases(
                edges ->
                    edges.add(-62_135_596_800L, 253_402_300_799L, -9_223_372_036L, 9_223_372_036L));
    return Combinators.combine(seconds, Arbitraries.integers().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }

  @Provide
  Arbitrary<Instant> usual() {
    return Combinators.combine(
            Arbitraries.longs().between(-2_208_988_800L, 9_214_646_399L),
            Arbitraries.integers().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }

  @Provide
  Arbitrary<Object> values() {
    return Arbitraries.oneOf(
        instants().asGeneric(),
        usual().asGeneric(),
        instants().map(Instant::toString).asGeneric(),
        Arbitraries.integers().asGeneric(),
        Arbitraries.longs().asGeneric(),
        Arbitraries.floats().asGeneric(),
        Arbitraries.doubles().asGeneric(),
        Arbitraries.bigDecimals().ofScale(9).asGeneric(),
        Arbitraries.bigIntegers().asGeneric(),
        Arbitraries.longs().map(String::valueOf).asGeneric(),
        Arbitraries.doubles().map(String::valueOf).asGeneric(),
        Arbitraries.strings().asGeneric(),
        Arbitraries.of(true, List.of(), Map.of("$date", 1), new BigDecimal("1e999999999")));
  }
}
