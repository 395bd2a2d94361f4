package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EntryRowsTest {
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  @Property
  void anyNumberOfMicrosecondsComesBack(@ForAll long micros) {
    assertThat(EntryRows.micros(Instant.EPOCH.plus(micros, ChronoUnit.MICROS))).isEqualTo(micros);
  }

  @Property
  void microsecondsOfAnyInstantAreExactWhereTheyFit(@ForAll("instants") Instant instant) {
    BigInteger exact =
        BigInteger.valueOf(instant.getEpochSecond())
            .multiply(MILLION)
            .add(BigInteger.valueOf(instant.getNano() / 1000));
    if (exact.bitLength() < Long.SIZE) {
      assertThat(EntryRows.micros(instant)).isEqualTo(exact.longValue());
    } else {
      assertThatThrownBy(() -> EntryRows.micros(instant)).isInstanceOf(ArithmeticException.class);
    }
  }

  @Provide
  Arbitrary<Instant> instants() {
    Arbitrary<Long> any =
        Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
    Arbitrary<Long> near =
        Arbitraries.longs().between(Long.MIN_VALUE / 1_000_000 - 2, Long.MIN_VALUE / 1_000_000 + 2);
    Arbitrary<Long> usual = Arbitraries.longs().between(-100_000_000_000L, 400_000_000_000L);
    return Combinators.combine(
            Arbitraries.oneOf(any, near, usual), Arbitraries.integers().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }
}
