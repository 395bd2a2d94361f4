package io.turnmill.job.prepare;

import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedBucket.Contents;
import io.turnmill.job.rows.VariantBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The staged data as the variants of a run are asked about them: each variant has buckets of its
 * own. What staging rejected belongs to the buckets of the first variant.
 */
public final class AskedBuckets {
  private AskedBuckets() {}

  /**
   * Every session for every variant; or, where sessions are shared out and it does not matter how
   * many each has, all of them as if they were those of each.
   */
  public static Prepared of(Prepared staged, VariantBuckets variants) {
    int times = variants.split() ? 1 : variants.variants();
    return of(staged, variants, times, Map.of());
  }

  /**
   * Each session for one variant.
   *
   * @param shares the sizes of the sessions of each variant in a staged bucket, by its number
   */
  static Prepared split(
      Prepared staged, VariantBuckets variants, Map<Integer, List<Contents>> shares) {
    return of(staged, variants, 1, shares);
  }

  /**
   * @param times how many variants are asked about each session
   */
  private static Prepared of(
      Prepared staged, VariantBuckets variants, int times, Map<Integer, List<Contents>> shares) {
    List<StagedBucket> buckets = new ArrayList<>();
    for (int variant = 0; variant < variants.variants(); variant++) {
      for (StagedBucket bucket : staged.buckets()) {
        List<Contents> ofBucket = shares.getOrDefault(bucket.bucket(), List.of());
        Contents asked = ofBucket.isEmpty() ? bucket.contents() : ofBucket.get(variant);
        if (variant == 0) {
          buckets.add(bucket.with(asked));
        } else if (asked.sessions() > 0) {
          buckets.add(bucket.askedAgain(variants.bucket(variant, bucket.bucket()), asked));
        }
      }
    }
    Contents all = staged.contents();
    return new Prepared(
        new Prepared.Facts(
            staged.stagingDir(),
            variants.variants() * variants.staged(),
            staged.bucketsBy(),
            staged.counts().with(all.withSessions(times * all.sessions()))),
        buckets);
  }
}
