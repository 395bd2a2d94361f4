package io.turnmill.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.rows.StagedBucket;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many buckets and tasks an archive of a size gets. */
class BucketPlanTest {
  private static final long TOKEN = 5;

  @Test
  void aSmallArchiveGetsFewBucketsHoweverManySlotsThereAre() {
    assertThat(BucketPlan.choose(0, 0, 1000).buckets()).isEqualTo(1);
    assertThat(BucketPlan.choose(0, 20_000 * TOKEN, 1000).buckets()).isEqualTo(1);
    assertThat(BucketPlan.choose(0, 150_000 * TOKEN, 1000).buckets()).isEqualTo(16);
  }

  @Test
  void everySlotGetsFourBucketsAsSoonAsTheyAreWorthIt() {
    assertThat(BucketPlan.choose(0, 10_000_000 * TOKEN, 2).buckets()).isEqualTo(8);
    assertThat(BucketPlan.choose(0, 10_000_000 * TOKEN, 64).buckets()).isEqualTo(256);
    assertThat(BucketPlan.choose(0, 10_000_000 * TOKEN, 65).buckets()).isEqualTo(512);
  }

  @Test
  void noBucketOfALargeArchiveHoldsMoreThanFourMillionTokens() {
    assertThat(BucketPlan.choose(0, 64 * 4_000_000 * TOKEN, 2).buckets()).isEqualTo(64);
    assertThat(BucketPlan.choose(0, 64 * 4_000_000 * TOKEN + TOKEN, 2).buckets()).isEqualTo(128);
    assertThat(BucketPlan.choose(0, Long.MAX_VALUE, 2).buckets()).isEqualTo(1 << 19);
  }

  /** The archive of SIZING.md: 10 billion messages of 47 bytes of gzipped JSON lines. */
  @Test
  void thePageOnSizingSaysWhatIsChosen() {
    BucketPlan spread = BucketPlan.choose(0, 3 * 470_000_000_000L, 256);
    assertThat(spread).isEqualTo(new BucketPlan(131_072, 5_253));
  }

  @Test
  void aNumberThatWasAskedForIsTaken() {
    assertThat(BucketPlan.choose(17, 10_000_000 * TOKEN, 2)).isEqualTo(new BucketPlan(17, 8));
    assertThat(BucketPlan.choose(3, 0, 64)).isEqualTo(new BucketPlan(3, 3));
  }

  @Test
  void readingIsEvenUnlessOneTaskKeepsTheOthersWaiting() {
    assertThat(BucketPlan.isEven(List.of(64L, 64L, 64L, 20L), 2)).isTrue();
    assertThat(BucketPlan.isEven(List.of(60L, 40L), 2)).isTrue();
    assertThat(BucketPlan.isEven(List.of(100L), 1)).isTrue();
    assertThat(BucketPlan.isEven(List.of(100L), 2)).as("one file that cannot be split").isFalse();
    assertThat(BucketPlan.isEven(List.of(900L, 64L, 64L, 64L), 2)).isFalse();
    assertThat(BucketPlan.isEven(List.of(64L, 64L), 8)).as("most cores get nothing").isFalse();
  }

  @Test
  void bucketsAreEvenUnlessOneIsManyTimesAsLargeAsTheOthers() {
    BucketPlan spread = new BucketPlan(8, 8);
    assertThat(spread.isEven(buckets(1_000_000, 8))).isTrue();
    assertThat(spread.isEven(buckets(3_000_000, 8))).isTrue();
    assertThat(spread.isEven(buckets(9_000_000, 8))).isFalse();
    assertThat(spread.isEven(buckets(1_000_000, 1))).as("seven of eight are empty").isFalse();
    assertThat(spread.isEven(buckets(70_000, 1))).as("too small to matter").isTrue();
    assertThat(spread.isEven(List.of())).isTrue();
  }

  /** Of a million characters each, but for the first. */
  private static List<StagedBucket> buckets(long first, int number) {
    return IntStream.range(0, number).mapToObj(b -> bucket(b, b == 0 ? first : 1_000_000)).toList();
  }

  private static StagedBucket bucket(int number, long characters) {
    return new StagedBucket(
        number,
        new StagedBucket.Contents(1, 1, characters, 1, characters),
        Map.of(),
        List.of(),
        List.of());
  }
}
