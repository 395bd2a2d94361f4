package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.OutputConfig.ChunkOutput;
import io.turnmill.job.config.OutputConfig.Layout;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.RepliesCodec;
import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.testing.SparkForTests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets are committed once, whatever their attempts do. */
class CommitBucketsTest {
  private static final RepliesCodec CODEC = new RepliesCodec(false);
  private static final SparkSession SPARK = SparkForTests.session();
  private static final int SESSIONS = 5;

  @TempDir Path folder;

  private OutputFolder output;
  private RunLock lock;
  private Ledger ledger;
  private CommitSite site;

  @BeforeEach
  void open() throws IOException {
    Configuration conf = new Configuration(false);
    output = OutputFolder.open(folder.toUri().toString(), conf);
    lock = output.lock(note -> {});
    ledger = output.ledger("identity", lock);
    site =
        ledger.site(
            output.staged(lock).toString(),
            new HadoopConf(conf),
            new TableFormat(
                ItemTable.RESULTS,
                RowFileWriter.Format.of("zstd", SPARK.version()),
                CODEC,
                Layout.SESSION,
                ChunkOutput.NESTED));
  }

  @AfterEach
  void close() throws IOException {
    lock.close();
  }

  private static StagedBucket bucket(int number, int sessions) {
    return new StagedBucket(
        number,
        new StagedBucket.Contents(sessions, sessions, sessions, 1, 1),
        Map.of(),
        List.of(),
        List.of());
  }

  private static Row result(int number) {
    StructType schema = ResultRows.schema(CODEC);
    Object[] values = new Object[schema.size()];
    values[schema.fieldIndex("session_id")] = "s" + number;
    values[schema.fieldIndex("status")] = ResultRows.STATUS_OK;
    values[schema.fieldIndex("messages")] = new Object[0];
    values[schema.fieldIndex("replies")] =
        new Object[] {
          RowFactory.create(
              1, 0, "A reply.", null, "stop", null, 8, 2, 4, 0, false, -0.5, 0.6, 0, null)
        };
    return RowFactory.create(7, RowFactory.create(values), null);
  }

  private static List<Row> results(int sessions) {
    List<Row> rows = IntStream.range(0, sessions).mapToObj(CommitBucketsTest::result).toList();
    // With names, as rows have that come out of a data set.
    return SPARK.createDataFrame(rows, InferredRows.schema(CODEC)).collectAsList();
  }

  /** Attempts at a bucket, in tasks that run at the same time. */
  private List<LedgerEntry> attempts(StagedBucket bucket, int attempts) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(SPARK.sparkContext());
    List<Row> rows = results((int) bucket.sessions());
    JavaRDD<Row> all =
        context
            .parallelize(Collections.nCopies(attempts, 0), attempts)
            .flatMap(attempt -> rows.iterator());
    InFlightStore flights =
        new InFlightStore(output.inFlight().toString(), site.hadoop(), JobAttempt.first(), 3);
    return all.zipPartitions(
            context.parallelize(Collections.nCopies(attempts, bucket), attempts),
            new CommitBuckets(site, output.staged(lock).toString(), flights))
        .collect();
  }

  private List<Path> files(String below) {
    Path root = folder.resolve(below);
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<LedgerEntry> resumed() throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    ledger.resume(output.staged(lock).toString(), entries::add);
    return entries;
  }

  @Test
  void ofManyAttemptsAtOnceOneCountsAndNothingOfTheOthersIsLeft() throws IOException {
    List<LedgerEntry> entries = attempts(bucket(7, SESSIONS), 8);
    assertThat(new HashSet<>(entries)).hasSize(1);
    assertThat(files("results")).hasSize(1);
    assertThat(files("_turnmill/work/unpublished")).isEmpty();
    LedgerEntry entry = entries.get(0);
    assertThat(entry.counts().ok()).isEqualTo(SESSIONS);
    assertThat(entry.counts().counters())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "prompt_tokens", 40L,
                "cached_tokens", 10L,
                "completion_tokens", 20L,
                "reasoning_tokens", 0L,
                "reasoning_cut_short", 0L,
                "length_replies", 0L,
                "repetition_replies", 0L,
                "cached_replies", 0L,
                "computed_tokens", 50L));
    assertThat(entry.files())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.rows()).isEqualTo(SESSIONS);
              assertThat(folder.resolve(file.path())).hasSize(file.length());
            });
    assertThat(SPARK.read().parquet(folder.resolve("results").toString()).count())
        .isEqualTo(SESSIONS);
    assertThat(resumed()).containsExactly(entry);
  }

  @Test
  void whatWasEnteredAndNotPublishedIsPublishedWhenTheRunIsResumed() throws IOException {
    LedgerEntry entry = attempts(bucket(7, SESSIONS), 1).get(0);
    Path published = files("results").get(0);
    Path before =
        folder
            .resolve("_turnmill/work/unpublished")
            .resolve(entry.files().get(0).path().replace('/', '-'));
    Files.createDirectories(before.getParent());
    Files.move(published, before);
    // The same command ended early before, and left this for people to look at.
    Path stale = folder.resolve("rejected/bucket=7/part-stale.parquet");
    Files.createDirectories(stale.getParent());
    Files.writeString(stale, "rejections of before");

    assertThat(resumed()).containsExactly(entry);
    assertThat(published).exists();
    assertThat(before).doesNotExist();
    assertThat(stale).doesNotExist();
  }

  @Test
  void anotherAttemptPublishesWhatTheFirstOneEntered() throws IOException {
    LedgerEntry entry = attempts(bucket(7, SESSIONS), 1).get(0);
    Path published = files("results").get(0);
    Path before =
        folder
            .resolve("_turnmill/work/unpublished")
            .resolve(entry.files().get(0).path().replace('/', '-'));
    Files.createDirectories(before.getParent());
    Files.move(published, before);
    assertThat(attempts(bucket(7, SESSIONS), 1)).containsExactly(entry);
    assertThat(published).exists();
  }

  @Test
  void rejectionsThatAreShownEarlyTouchNoResults() throws Exception {
    LedgerEntry entry = attempts(bucket(7, SESSIONS), 1).get(0);
    List<Path> results = files("results");
    PublishRejections early = new PublishRejections(site, output.staged(lock).toString());
    early.call(bucket(7, SESSIONS));
    assertThat(files("results")).isEqualTo(results);

    // One that is not done, with results of before that another run of the same command left.
    Path other = folder.resolve("results/bucket=8/part-of-before.parquet");
    Files.createDirectories(other.getParent());
    Files.writeString(other, "results");
    early.call(bucket(8, SESSIONS));
    assertThat(other).exists();
    assertThat(resumed()).containsExactly(entry);
  }

  @Test
  void whoLostTheLockPublishesNothing() throws IOException {
    LedgerEntry entry = attempts(bucket(7, SESSIONS), 1).get(0);
    Path published = files("results").get(0);
    Path others = published.resolveSibling("part-of-the-next-run.parquet");
    Files.move(published, others);
    Files.delete(folder.resolve("_turnmill/lock.json"));
    assertThatThrownBy(() -> attempts(bucket(7, SESSIONS), 1))
        .hasStackTraceContaining("Another run has taken over");
    assertThat(others).exists();
    assertThat(entry.files()).hasSize(1);
  }

  @Test
  void whatAttemptsLeftIsRemovedWhenTheRunIsResumed() throws IOException {
    Path left = folder.resolve("_turnmill/work/unpublished/results/bucket=9/part-x.parquet");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "half of a file");
    assertThat(resumed()).isEmpty();
    assertThat(left).doesNotExist();
  }

  @Test
  void aBucketWhoseFilesAreGoneLosesItsEntryAndIsDoneAgain() throws IOException {
    LedgerEntry first = attempts(bucket(7, SESSIONS), 1).get(0);
    Files.delete(files("results").get(0));
    assertThat(resumed()).isEmpty();
    LedgerEntry second = attempts(bucket(7, SESSIONS), 1).get(0);
    assertThat(second).isNotEqualTo(first);
    assertThat(second.counts()).isEqualTo(first.counts());
    assertThat(resumed()).containsExactly(second);
  }

  @Test
  void nothingIsEnteredWhenTheLockIsGone() throws IOException {
    Files.delete(folder.resolve("_turnmill/lock.json"));
    assertThatThrownBy(() -> attempts(bucket(7, SESSIONS), 1))
        .hasStackTraceContaining("Another run has taken over");
    assertThat(files("results")).isEmpty();
    assertThat(files("_turnmill/work/ledger")).isEmpty();
  }

  @Test
  void aBucketThatLostASessionIsNotEntered() throws IOException {
    StagedBucket more =
        new StagedBucket(
            7,
            new StagedBucket.Contents(SESSIONS, 5, 5, 1, 1),
            Map.of("session", Map.of("no_user_turn", 1L)),
            List.of(),
            List.of());
    assertThatThrownBy(() -> attempts(more, 1))
        .hasStackTraceContaining("do not agree: 6 sessions in, 5 out");
    assertThat(files("_turnmill/work/ledger")).isEmpty();
  }

  @Test
  void aTaskOfAnEarlierStagingEntersNothingInTheLaterOne() throws IOException {
    attempts(bucket(7, SESSIONS), 1);
    List<LedgerEntry> entries = new ArrayList<>();
    ledger.resume(output.staged(lock) + "-another", entries::add);
    assertThat(entries).isEmpty();
  }
}
