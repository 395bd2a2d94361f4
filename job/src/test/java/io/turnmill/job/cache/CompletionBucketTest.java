package io.turnmill.job.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.CompletionCodec;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.RequestKey;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies where in the cache of completions. */
class CompletionBucketTest {
  private static final String SCOPE = "a model";

  @TempDir Path folder;

  @Test
  void everyBucketFindsItsOwnWhateverNumberOfBucketsTheyWereKeptWith() {
    for (int bucket = 0; bucket < 12; bucket++) {
      TaskCompletionCache cache = store(12).ofBucket(bucket).open(SCOPE);
      for (long hash = bucket - 120L; hash < 120; hash += 12) {
        cache.add(completion(hash));
      }
      cache.save();
    }
    for (int buckets : List.of(1, 7, 8, 12, 18, 36)) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        TaskCompletionCache cache = store(buckets).ofBucket(bucket).open(SCOPE);
        for (long hash = -120; hash < 120; hash++) {
          assertThat(cache.find(completion(hash).key()).isPresent())
              .as("hash %d in bucket %d of %d", hash, bucket, buckets)
              .isEqualTo(Math.floorMod(hash, buckets) == bucket);
        }
      }
    }
  }

  @Test
  void anotherScopeAndAnotherVersionFindNothing() {
    TaskCompletionCache cache = store(1).ofBucket(0).open(SCOPE);
    cache.add(completion(1));
    cache.save();
    RequestKey key = completion(1).key();
    assertThat(store(1).ofBucket(0).open(SCOPE).find(key)).isPresent();
    assertThat(store(1).ofBucket(0).open("another model").find(key)).isEmpty();
    CompletionStore later = new CompletionStore(folder.toString(), "2", 1, conf());
    assertThat(later.ofBucket(0).open(SCOPE).find(key)).isEmpty();
  }

  @Test
  void manyFilesOfABucketBecomeOneAndNothingIsLost() throws IOException {
    for (long i = 0; i < 40; i++) {
      TaskCompletionCache cache = store(1).ofBucket(0).open(SCOPE);
      cache.add(completion(i));
      cache.save();
      assertThat(files()).hasSizeBetween(1, 16);
    }
    TaskCompletionCache all = store(1).ofBucket(0).open(SCOPE);
    for (long i = 0; i < 40; i++) {
      assertThat(all.find(completion(i).key()))
          .contains(CompletionCodec.decode(completion(i).completion()));
    }
  }

  @Test
  void aFileThatCannotBeReadIsNeitherMergedNorRemoved() throws IOException {
    TaskCompletionCache first = store(1).ofBucket(0).open(SCOPE);
    first.add(completion(0));
    first.save();
    Path damaged = files().get(0).resolveSibling("damaged.parquet");
    Files.writeString(damaged, "This was never a Parquet file.");
    for (long i = 1; i < 20; i++) {
      TaskCompletionCache cache = store(1).ofBucket(0).open(SCOPE);
      cache.add(completion(i));
      cache.save();
    }
    assertThat(damaged).exists();
    assertThat(files()).hasSizeLessThan(10);
  }

  @Test
  void whoAddsNothingWritesNothing() {
    store(1).ofBucket(0).open(SCOPE).save();
    assertThat(folder).isEmptyDirectory();
  }

  private CompletionStore store(int buckets) {
    return new CompletionStore(folder.toString(), "1", buckets, conf());
  }

  private static HadoopConf conf() {
    return new HadoopConf(new Configuration());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  /** Of a session with that hash. */
  private static StoredCompletion completion(long sessionHash) {
    Completion completion =
        new Completion(
            TokenIds.of(1, (int) (sessionHash & 0xff)),
            FinishReason.LENGTH,
            -1,
            3,
            0,
            2,
            -0.5,
            List.of());
    return new StoredCompletion(
        new RequestKey(sessionHash, 7), sessionHash, CompletionCodec.encode(completion));
  }
}
