package io.turnmill.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.prepare.BucketsBy;
import io.turnmill.job.prepare.Counts;
import io.turnmill.job.prepare.Counts.RejectedCount;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.write.LedgerEntry;
import io.turnmill.job.write.WrittenCounts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sums over buckets of which some are done. */
class BucketCountsTest {
  private BucketCounts counts;

  @BeforeEach
  void stage() {
    List<StagedBucket> buckets =
        List.of(
            bucket(3, 10, Map.of("session", Map.of("no_user_turn", 2L))),
            bucket(7, 5, Map.of("session", Map.of("no_user_turn", 1L))),
            bucket(8, 0, Map.of("record", Map.of("malformed_json", 4L))));
    Counts staged =
        new Counts(
            22,
            contents(15),
            0,
            List.of(
                new RejectedCount("record", "malformed_json", 4),
                new RejectedCount("session", "no_user_turn", 3)),
            Counts.Changes.NONE,
            0);
    counts =
        new BucketCounts(
            new Prepared(new Prepared.Facts("staged", 16, BucketsBy.SESSION, staged), buckets));
  }

  private static StagedBucket bucket(
      int number, long sessions, Map<String, Map<String, Long>> rejected) {
    return new StagedBucket(number, contents(sessions), rejected, List.of(), List.of());
  }

  private static StagedBucket.Contents contents(long sessions) {
    return new StagedBucket.Contents(sessions, sessions, sessions, 1, 1);
  }

  private static LedgerEntry entry(
      int bucket, long ok, Map<String, Long> failed, Map<String, Map<String, Long>> rejected) {
    return new LedgerEntry(
        bucket, new WrittenCounts(ok, failed, rejected, Map.of("prompt_tokens", 10L)), List.of());
  }

  @Test
  void beforeAnythingIsDoneTheRejectionsOfStagingAreKnown() {
    assertThat(counts.known().rejectedByScope())
        .isEqualTo(
            Map.of("record", Map.of("malformed_json", 4L), "session", Map.of("no_user_turn", 3L)));
    assertThat(counts.known().sessions()).isEqualTo(3);
    assertThat(counts.done()).isZero();
    assertThat(counts.isComplete()).isFalse();
  }

  @Test
  void aBucketThatIsDoneCountsWithWhatWasWrittenAndNoLongerWithWhatWasExpected() {
    counts.add(
        entry(
            3,
            8,
            Map.of("executor_died", 1L),
            Map.of("session", Map.of("no_user_turn", 2L, "prompt_too_long", 1L))));
    WrittenCounts known = counts.known();
    assertThat(known.ok()).isEqualTo(8);
    assertThat(known.failed()).isEqualTo(1);
    assertThat(known.rejected("session")).isEqualTo(4);
    assertThat(known.rejected("record")).isEqualTo(4);
    assertThat(known.counters()).containsEntry("prompt_tokens", 10L);
    assertThat(counts.sessionsDone()).isEqualTo(12);
    assertThat(counts.sessionsAsked()).isEqualTo(10);
    assertThat(counts.isDone(3)).isTrue();
    assertThat(counts.isDone(7)).isFalse();
  }

  @Test
  void anEntryCountsOnceAndOneOfAnotherStagingNever() {
    for (int times = 0; times < 2; times++) {
      counts.add(entry(7, 5, Map.of(), Map.of("session", Map.of("no_user_turn", 1L))));
      counts.add(entry(99, 5, Map.of(), Map.of()));
    }
    assertThat(counts.known().ok()).isEqualTo(5);
    assertThat(counts.done()).isEqualTo(1);
  }

  @Test
  void everythingIsDoneWhenEveryStagedBucketIs() {
    counts.add(entry(3, 10, Map.of(), Map.of("session", Map.of("no_user_turn", 2L))));
    counts.add(entry(7, 5, Map.of(), Map.of("session", Map.of("no_user_turn", 1L))));
    assertThat(counts.isComplete()).isFalse();
    counts.add(entry(8, 0, Map.of(), Map.of("record", Map.of("malformed_json", 4L))));
    assertThat(counts.isComplete()).isTrue();
    assertThat(counts.known().sessions()).isEqualTo(18);
  }
}
