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

/** What lies where in the cache of replies. */
class BucketCacheTest {
  private static final String SCOPE = "a model";

  @TempDir Path folder;

  @Test
  void everyBucketFindsItsOwnWhateverNumberOfBucketsTheyWereKeptWith() {
    for (int bucket = 0; bucket < 12; bucket++) {
      TaskReplyCache shelf = cache(12).ofBucket(bucket).open(SCOPE);
      for (long hash = bucket - 120L; hash < 120; hash += 12) {
        shelf.add(reply(hash));
      }
      shelf.save();
    }
    for (int buckets : List.of(1, 7, 8, 12, 18, 36)) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        TaskReplyCache shelf = cache(buckets).ofBucket(bucket).open(SCOPE);
        for (long hash = -120; hash < 120; hash++) {
          assertThat(shelf.find(reply(hash).key()).isPresent())
              .as("hash %d in bucket %d of %d", hash, bucket, buckets)
              .isEqualTo(Math.floorMod(hash, buckets) == bucket);
        }
      }
    }
  }

  @Test
  void anotherScopeAndAnotherVersionFindNothing() {
    TaskReplyCache shelf = cache(1).ofBucket(0).open(SCOPE);
    shelf.add(reply(1));
    shelf.save();
    RequestKey key = reply(1).key();
    assertThat(cache(1).ofBucket(0).open(SCOPE).find(key)).isPresent();
    assertThat(cache(1).ofBucket(0).open("another model").find(key)).isEmpty();
    ReplyCache later = new ReplyCache(folder.toString(), "2", 1, conf());
    assertThat(later.ofBucket(0).open(SCOPE).find(key)).isEmpty();
  }

  @Test
  void manyFilesOfABucketBecomeOneAndNothingIsLost() throws IOException {
    for (long i = 0; i < 40; i++) {
      TaskReplyCache shelf = cache(1).ofBucket(0).open(SCOPE);
      shelf.add(reply(i));
      shelf.save();
      assertThat(files()).hasSizeBetween(1, 16);
    }
    TaskReplyCache all = cache(1).ofBucket(0).open(SCOPE);
    for (long i = 0; i < 40; i++) {
      assertThat(all.find(reply(i).key())).contains(CompletionCodec.decode(reply(i).reply()));
    }
  }

  @Test
  void aFileThatCannotBeReadIsNeitherMergedNorRemoved() throws IOException {
    TaskReplyCache first = cache(1).ofBucket(0).open(SCOPE);
    first.add(reply(0));
    first.save();
    Path damaged = files().get(0).resolveSibling("damaged.parquet");
    Files.writeString(damaged, "This was never a Parquet file.");
    for (long i = 1; i < 20; i++) {
      TaskReplyCache shelf = cache(1).ofBucket(0).open(SCOPE);
      shelf.add(reply(i));
      shelf.save();
    }
    assertThat(damaged).exists();
    assertThat(files()).hasSizeLessThan(10);
  }

  @Test
  void whoAddsNothingWritesNothing() {
    cache(1).ofBucket(0).open(SCOPE).save();
    assertThat(folder).isEmptyDirectory();
  }

  private ReplyCache cache(int buckets) {
    return new ReplyCache(folder.toString(), "1", buckets, conf());
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
  private static StoredReply reply(long sessionHash) {
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
    return new StoredReply(
        new RequestKey(sessionHash, 7), sessionHash, CompletionCodec.encode(completion));
  }
}
