package io.turnmill.job.run;

import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.VariantBuckets;
import io.turnmill.job.write.LedgerEntry;
import io.turnmill.job.write.WrittenCounts;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which buckets are done, and what is known of all of them together: of those that are done what
 * was written, of the others what staging rejected. Kept as sums, so that a bucket costs the same
 * however many there are. For several threads.
 */
public final class BucketCounts {
  private final Map<Integer, StagedBucket> staged = new HashMap<>();
  private final BitSet done = new BitSet();
  private final WrittenCounts.Sum known = new WrittenCounts.Sum();
  private final VariantBuckets variants;

  /** What was written of each variant, in their order. */
  private final List<WrittenCounts.Sum> ofVariants;

  private long sessionsDone;
  private long sessionsAsked;

  /** Counts for a run without variants. */
  public BucketCounts(Prepared prepared) {
    this(prepared, new VariantBuckets(1, prepared.bucketCount(), false));
  }

  /**
   * @param prepared the buckets of all variants
   */
  BucketCounts(Prepared prepared, VariantBuckets variants) {
    this.variants = variants;
    this.ofVariants = Stream.generate(WrittenCounts.Sum::new).limit(variants.variants()).toList();
    prepared.buckets().forEach(bucket -> staged.put(bucket.bucket(), bucket));
    known.add(WrittenCounts.rejectedOnly(prepared.counts().rejectedByScope()));
  }

  /**
   * Adds a bucket that is done. One that does not belong to this staging, or is known already, is
   * ignored.
   */
  public synchronized void add(LedgerEntry entry) {
    StagedBucket bucket = staged.get(entry.bucket());
    if (bucket == null || done.get(entry.bucket())) {
      return;
    }
    done.set(entry.bucket());
    known.takeBack(bucket.rejected());
    known.add(entry.counts());
    ofVariants.get(variants.variant(entry.bucket())).add(entry.counts());
    sessionsDone += entry.counts().sessions();
    sessionsAsked += bucket.sessions();
  }

  synchronized boolean isDone(int bucket) {
    return done.get(bucket);
  }

  public synchronized boolean isComplete() {
    return done.cardinality() == staged.size();
  }

  /** How many buckets are done. */
  public synchronized int done() {
    return done.cardinality();
  }

  /** Sessions of the buckets that are done, in whatever way they came out. */
  public synchronized long sessionsDone() {
    return sessionsDone;
  }

  /** Sessions of the buckets that are done which staging did not reject. */
  public synchronized long sessionsAsked() {
    return sessionsAsked;
  }

  /** What was written of one variant. */
  synchronized WrittenCounts ofVariant(int variant) {
    return ofVariants.get(variant).counts();
  }

  public synchronized WrittenCounts known() {
    return known.counts();
  }
}
