package io.turnmill.job.write;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one bucket, counted from what was written.
 *
 * @param ok sessions with a reply
 * @param failedByCode sessions whose inference failed
 * @param rejectedByScope rows of {@code rejected}, by scope and code
 * @param promptTokens tokens of all prompts
 * @param cachedTokens of these, not computed
 * @param completionTokens tokens of all replies
 * @param cachedReplies replies that were known from before
 * @param computedTokens tokens that went through the model
 * @param files of the tables
 */
public record BucketBooks(
    int bucket,
    long ok,
    Map<String, Long> failedByCode,
    Map<String, Map<String, Long>> rejectedByScope,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    long cachedReplies,
    long computedTokens,
    List<WrittenFile> files) {
  public BucketBooks {
    failedByCode = Map.copyOf(failedByCode);
    rejectedByScope = Map.copyOf(rejectedByScope);
    files = List.copyOf(files);
  }

  /** A bucket in which nothing is. */
  static BucketBooks none(int bucket) {
    return new BucketBooks(bucket, 0, Map.of(), Map.of(), 0, 0, 0, 0, 0, List.of());
  }

  /** A bucket of which nothing but rejections is known. */
  public static BucketBooks rejectedOnly(int bucket, Map<String, Map<String, Long>> rejected) {
    return none(bucket).with(rejected, List.of());
  }

  BucketBooks with(Map<String, Map<String, Long>> rejected, List<WrittenFile> written) {
    return new BucketBooks(
        bucket,
        ok,
        failedByCode,
        rejected,
        promptTokens,
        cachedTokens,
        completionTokens,
        cachedReplies,
        computedTokens,
        written);
  }

  public long failed() {
    return Written.sum(failedByCode);
  }

  /** Rows of {@code rejected} of one scope. */
  public long rejected(String scope) {
    return Written.sum(rejectedByScope.getOrDefault(scope, Map.of()));
  }

  /** Sessions that came out, in whatever way. */
  public long sessions() {
    return ok + failed() + rejected("session");
  }

  /** Adds all up. */
  public static Written sum(Collection<BucketBooks> buckets) {
    Map<String, Long> failed = new TreeMap<>();
    Map<String, Map<String, Long>> rejected = new TreeMap<>();
    for (BucketBooks bucket : buckets) {
      bucket.failedByCode.forEach((code, rows) -> failed.merge(code, rows, Long::sum));
      addTo(rejected, bucket.rejectedByScope);
    }
    return new Written(
        buckets.stream().mapToLong(BucketBooks::ok).sum(),
        failed,
        rejected,
        buckets.stream().mapToLong(BucketBooks::promptTokens).sum(),
        buckets.stream().mapToLong(BucketBooks::cachedTokens).sum(),
        buckets.stream().mapToLong(BucketBooks::completionTokens).sum(),
        buckets.stream().mapToLong(BucketBooks::cachedReplies).sum(),
        buckets.stream().mapToLong(BucketBooks::computedTokens).sum());
  }

  /** Adds counts by scope and code to others. */
  static void addTo(Map<String, Map<String, Long>> all, Map<String, Map<String, Long>> more) {
    more.forEach(
        (scope, codes) ->
            codes.forEach(
                (code, rows) ->
                    all.computeIfAbsent(scope, s -> new TreeMap<>()).merge(code, rows, Long::sum)));
  }
}
