package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StagingRowsTest {

  /** So that one long document is the work of all executors. */
  @Property
  void noBucketHasMoreThanOneChunkOfAnItemMoreThanAnother(
      @ForAll String id,
      @ForAll @IntRange(max = 600) int chunks,
      @ForAll @IntRange(min = 1, max = 64) int buckets) {
    SessionKey item = new SessionKey(Optional.empty(), id);

    Map<Integer, Long> counts =
        IntStream.range(0, chunks)
            .mapToObj(number -> StagingRows.bucketOfChunk(item, number, buckets))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(counts).hasSize(Math.min(chunks, buckets));
    assertThat(counts.keySet()).allMatch(bucket -> bucket >= 0 && bucket < buckets);
    Collection<Long> shares = counts.values();
    assertThat(shares)
        .allMatch(share -> share == chunks / buckets || share == chunks / buckets + 1);
  }

  /** Not all in the same one. */
  @Property
  void aSingleChunkIsInTheBucketOfItsItem(
      @ForAll String id, @ForAll @IntRange(min = 1, max = 64) int buckets) {
    SessionKey item = new SessionKey(Optional.of("acme"), id);

    assertThat(StagingRows.bucketOfChunk(item, 0, buckets))
        .isEqualTo(KeyHash.bucket(item, buckets));
  }
}
