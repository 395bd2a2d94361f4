package io.turnmill.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How many buckets and tasks an archive of a size gets. */
class SpreadTest {
  private static final long TOKEN = 5;

  @Test
  void aSmallArchiveGetsFewBucketsHoweverManySlotsThereAre() {
    assertThat(Spread.choose(0, 0, 1000).buckets()).isEqualTo(1);
    assertThat(Spread.choose(0, 20_000 * TOKEN, 1000).buckets()).isEqualTo(1);
    assertThat(Spread.choose(0, 150_000 * TOKEN, 1000).buckets()).isEqualTo(16);
  }

  @Test
  void everySlotGetsFourBucketsAsSoonAsTheyAreWorthIt() {
    assertThat(Spread.choose(0, 10_000_000 * TOKEN, 2).buckets()).isEqualTo(8);
    assertThat(Spread.choose(0, 10_000_000 * TOKEN, 64).buckets()).isEqualTo(256);
    assertThat(Spread.choose(0, 10_000_000 * TOKEN, 65).buckets()).isEqualTo(512);
  }

  @Test
  void noBucketOfALargeArchiveHoldsMoreThanFourMillionTokens() {
    assertThat(Spread.choose(0, 64 * 4_000_000 * TOKEN, 2).buckets()).isEqualTo(64);
    assertThat(Spread.choose(0, 64 * 4_000_000 * TOKEN + TOKEN, 2).buckets()).isEqualTo(128);
    assertThat(Spread.choose(0, Long.MAX_VALUE, 2).buckets()).isEqualTo(1 << 19);
  }

  /** The archive of SIZING.md: 10 billion messages of 47 bytes of gzipped JSON lines. */
  @Test
  void thePageOnSizingSaysWhatIsChosen() {
    Spread spread = Spread.choose(0, 3 * 470_000_000_000L, 256);
    assertThat(spread).isEqualTo(new Spread(131_072, 5_253));
  }

  @Test
  void aNumberThatWasAskedForIsTaken() {
    assertThat(Spread.choose(17, 10_000_000 * TOKEN, 2)).isEqualTo(new Spread(17, 8));
    assertThat(Spread.choose(3, 0, 64)).isEqualTo(new Spread(3, 3));
  }
}
