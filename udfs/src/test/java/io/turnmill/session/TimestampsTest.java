package io.turnmill.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.MessageEntry.Defect;
import io.turnmill.session.MessageEntry.Draft;
import io.turnmill.session.RecordParser.RecordLayout;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
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
    "1714564800.5,                     2024-05-01T12:00:00.500Z",
    "1714564800123,                    2024-05-01T12:00:00.123Z",
    "-1,                               1969-12-31T23:59:59Z",
  })
  void textIsUnderstood(String text, String expected) {
    assertThat(Timestamps.parse(text)).contains(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "12:00", "2024-13-01", "2024-02-30T00:00:00Z", "1e12"})
  void otherTextIsNot(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  @Test
  void numbersOfAnyKindAreUnderstood() {
    Instant noon = Instant.parse("2024-05-01T12:00:00Z");
    assertThat(Timestamps.parse(1714564800)).contains(noon);
    assertThat(Timestamps.parse(1714564800L)).contains(noon);
    assertThat(Timestamps.parse(1.7145648E9)).contains(noon);
    assertThat(Timestamps.parse(1.7145648E12)).contains(noon);
    assertThat(Timestamps.parse(new BigDecimal("1714564800"))).contains(noon);
    assertThat(Timestamps.parse(new BigDecimal("1.7145648E9"))).contains(noon);
    assertThat(Timestamps.parse(noon)).contains(noon);
    assertThat(Timestamps.parse(true)).isEmpty();
    assertThat(Timestamps.parse(Double.NaN)).isEmpty();
    assertThat(Timestamps.parse(new BigDecimal("1e999999999"))).isEmpty();
  }

  @Property
  void isoTextOfAnyInstantComesBackToTheMicrosecond(@ForAll("instants") Instant instant) {
    Instant whole = instant.truncatedTo(ChronoUnit.MICROS);
    assertThat(Timestamps.parse(instant)).contains(whole);
    // Dates end with the year 10⁹, some days within the range of instants.
    if (Math.abs(instant.getEpochSecond()) < 31_550_000_000_000_000L) {
      assertThat(Timestamps.parse(instant.toString())).contains(whole);
      assertThat(Timestamps.parse(" " + instant.atOffset(ZoneOffset.ofHours(14)) + "\n"))
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
    assertThat(Timestamps.parse(seconds)).contains(whole);
    assertThat(Timestamps.parse(seconds.toPlainString())).contains(whole);
    assertThat(Timestamps.parse(time.getEpochSecond()))
        .contains(Instant.ofEpochSecond(time.getEpochSecond()));
    assertThat(Timestamps.parse((double) time.getEpochSecond()))
        .contains(Instant.ofEpochSecond(time.getEpochSecond()));
    if (Math.abs(time.toEpochMilli()) >= 100_000_000_000L) {
      assertThat(Timestamps.parse(time.toEpochMilli()))
          .contains(Instant.ofEpochMilli(time.toEpochMilli()));
      assertThat(Timestamps.parse((double) time.toEpochMilli()))
          .contains(Instant.ofEpochMilli(time.toEpochMilli()));
    }
  }

  /** A record never throws, and only a time of the years 1900 to 2261 becomes a message's. */
  @Property
  void anyValueIsATimeOfAConversationOrABadMessage(@ForAll("values") Object value) {
    RecordParser parser =
        new RecordParser(FieldNames.USUAL, RecordLayout.AUTO, RoleTable.common(), false);
    Map<String, Object> record =
        Map.of("session_id", "s", "role", "user", "content", "x", "timestamp", value);
    ParsedRecord.Entry entry =
        (ParsedRecord.Entry) parser.parse(record, new Place("f", NONE, NONE), Map.of());
    MessageEntry message = entry.messages().get(0);

    if (message instanceof Draft draft && draft.timestamp().isPresent()) {
      assertThat(draft.timestamp().get())
          .isBetween(
              Instant.parse("1900-01-01T00:00:00Z"), Instant.parse("2261-12-31T23:59:59.999999Z"))
          .isEqualTo(draft.timestamp().get().truncatedTo(ChronoUnit.MICROS));
    } else if (message instanceof Defect defect) {
      assertThat(defect.code()).isEqualTo(RejectionCode.INVALID_TIMESTAMP);
    } else {
      assertThat((String) value).as("what says nothing is no time").isBlank();
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
    assertThat(Timestamps.parse(text).map(Timestamps::isOfAConversation)).contains(takesPlace);
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
