package io.turnmill.job.cluster;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.transform;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import io.turnmill.job.testing.SparkForTests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One archive, run twice: undisturbed, and killed again and again. */
final class KilledRun {
  private static final int CORES = 2;

  /** Buckets that the driver keeps under way for the cores of this cluster. */
  private static final int SLOTS = 3;

  private static final int CALM_SECONDS = 240;

  /** Between two kills: so that a driver now and then lives to do something. */
  private static final long LEAST_MILLIS = 8_000;

  private final StandaloneCluster cluster;
  private final Place place;
  private final int sessions;
  private final Tokens tokens;
  private final List<Map<String, String>> seen = new ArrayList<>();
  private final StringBuilder printed = new StringBuilder();
  private long calmMillis;
  private Killing killing;
  private String what = "";

  /**
   * Where a run reads and writes.
   *
   * @param root a folder with {@code archive*.jsonl} in it
   * @param options of the script that lead there
   * @param settings of file systems by which this JVM reads what was written
   */
  record Place(String root, List<String> options, Map<String, String> settings) {
    /** A local folder, into which an archive of whole sessions is written, a file for each core. */
    static Place local(Path folder, int sessions, List<String> options) throws IOException {
      ShortArchive.writeSessions(folder, sessions, CORES);
      return new Place(folder.toUri().toString().replaceAll("/$", ""), options, Map.of());
    }
  }

  /**
   * @param tokens where executors log theirs
   */
  KilledRun(StandaloneCluster cluster, Place place, int sessions, Path tokens) {
    this.cluster = cluster;
    this.place = place;
    this.sessions = sessions;
    this.tokens = new Tokens(tokens);
    place.settings().forEach(hadoop()::set);
  }

  void undisturbed() throws Exception {
    long start = System.nanoTime();
    try (Watched run = start("undisturbed", "calm", List.of())) {
      assertThat(run.exitCode(CALM_SECONDS)).as(run.output()).isZero();
      printed.append(run.output());
    }
    calmMillis = (System.nanoTime() - start) / 1_000_000;
  }

  void killed(long seed, int kills) throws Exception {
    long most = Math.min(calmMillis / 2, Math.max(LEAST_MILLIS, calmMillis * 3 / 2 / kills));
    boolean driverOnWorker = place.options().contains("cluster");
    int mostSeconds = CALM_SECONDS + (int) (2 * calmMillis / 1000);
    killing = new Killing(cluster, seed, (int) most, driverOnWorker, mostSeconds);
    what = "seed " + seed;
    try {
      List<String> counted = tokens.options();
      killing.untilDone(kills, name -> start(name, "killed", counted), () -> seen.add(results()));
    } finally {
      what = "seed " + seed + ": " + killing;
      printed.append(killing.printed());
      System.out.println(what);
    }
  }

  private Watched start(String name, String output, List<String> more) throws IOException {
    List<String> command = new ArrayList<>(place.options());
    command.addAll(more);
    command.addAll(List.of("--executors", "" + CORES, "--executor-cores", "1"));
    command.addAll(List.of("run", "--input", place.root() + "/archive*.jsonl"));
    command.addAll(List.of("--output", place.root() + "/" + output));
    command.addAll(
        List.of("--model", SparkHome.ROOT.resolve("samples/models/chat-mini").toString()));
    command.addAll(List.of("--set", "sampling.max_tokens=48", "--set", "sampling.ignore_eos=true"));
    // Alone in its batch a session gets the same numbers to the last bit, whatever was killed.
    command.addAll(List.of("--set", "engine.max_num_seqs=1", "--set", "model.dtype=float32"));
    // No session is to blame for what is killed here, however often it was in flight.
    command.addAll(List.of("--set", "limits.max_executor_deaths=1000"));
    command.addAll(List.of("--set", "output.buckets=" + sessions / 5));
    command.addAll(List.of("--set", "spark.sql.shuffle.partitions=2"));
    return cluster.submit(name, command);
  }

  /** What all attempts printed. */
  String printed() {
    return printed.toString();
  }

  /** Every session once, the same rows, balanced books, nothing left, and nothing done twice. */
  void assertEqual() throws Exception {
    SparkSession spark = SparkForTests.session();
    Dataset<Row> calm = spark.read().parquet(place.root() + "/calm/results");
    Dataset<Row> killed = spark.read().parquet(place.root() + "/killed/results");
    assertThat(killed.select("session_id").distinct().count()).as(what).isEqualTo(sessions);
    JavaDatasetSuiteBase comparer =
        new JavaDatasetSuiteBase() {
          @Override
          public SparkSession spark() {
            return spark;
          }
        };
    comparer.assertDataFrameNoOrderEquals(comparable(calm), comparable(killed));

    JsonNode manifest = manifest();
    assertThat(manifest.path("state").asText()).as(what).isEqualTo("complete");
    assertThat(manifest.at("/books/sessions").asInt()).as(what).isEqualTo(sessions);
    assertThat(manifest.at("/books/ok").asInt()).as(what).isEqualTo(sessions);
    assertThat(list("/killed").keySet())
        .as(what)
        .noneMatch(file -> file.contains("_temporary") || file.contains("/work/"));
    assertNothingWasDoneTwice(killed);
  }

  /**
   * Without maps, which Spark cannot compare, and without what depends on the executors that there
   * are: what a slot still held of the session before, and where a session that came whole is kept.
   */
  private static Dataset<Row> comparable(Dataset<Row> results) {
    return results
        .drop("carried", "bucket")
        .withColumn(
            "replies",
            transform(col("replies"), reply -> reply.withField("cached_tokens", lit(0))));
  }

  /** Whether sessions were staged as they lie in the input, or shuffled by id. */
  String bucketsBy() throws IOException {
    return manifest().at("/books/buckets_by").asText();
  }

  private void assertNothingWasDoneTwice(Dataset<Row> results) throws IOException {
    Dataset<Row> buckets =
        results
            .select(col("bucket"), explode(col("replies")).as("reply"))
            .groupBy("bucket")
            .agg(
                sum(col("reply.prompt_tokens")
                        .minus(col("reply.cached_tokens"))
                        .plus(col("reply.completion_tokens")))
                    .as("tokens"));
    long all = 0;
    long largest = 0;
    for (Row bucket : buckets.collectAsList()) {
      all += bucket.getLong(1);
      largest = Math.max(largest, bucket.getLong(1));
    }
    long more = tokens.sum() - all;
    String counted =
        what
            + String.format(
                Locale.ROOT, ": %d tokens, %d more computed, buckets of %d", all, more, largest);
    System.out.println(counted);
    assertThat(more).as(counted).isBetween(0L, largest * SLOTS * killing.kills());

    Map<String, String> last = results();
    for (Map<String, String> then : seen) {
      then.entrySet().removeAll(last.entrySet());
      assertThat(then).as(what + ": results that were replaced").hasSizeLessThanOrEqualTo(SLOTS);
    }
  }

  private JsonNode manifest() throws IOException {
    org.apache.hadoop.fs.Path path =
        new org.apache.hadoop.fs.Path(place.root() + "/killed/_turnmill/run.json");
    try (InputStream in = path.getFileSystem(hadoop()).open(path)) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** The files of results, with size and time. */
  private Map<String, String> results() throws IOException {
    Map<String, String> files = list("/killed/results");
    files.keySet().removeIf(file -> !file.endsWith(".parquet"));
    return files;
  }

  /**
   * A listing again and again until no file vanished under it: the run goes on meanwhile. Of a file
   * that is gone the local file system says so when it is asked for the permissions, with a {@code
   * RuntimeException}.
   */
  private Map<String, String> list(String folder) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return listOnce(folder);
      } catch (FileNotFoundException | RuntimeException e) {
        if (attempt == 20) {
          throw e;
        }
      }
    }
  }

  private Map<String, String> listOnce(String folder) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(place.root() + folder);
    FileSystem files = path.getFileSystem(hadoop());
    Map<String, String> all = new HashMap<>();
    if (files.exists(path)) {
      RemoteIterator<LocatedFileStatus> each = files.listFiles(path, true);
      while (each.hasNext()) {
        LocatedFileStatus file = each.next();
        all.put(file.getPath().toString(), file.getLen() + " " + file.getModificationTime());
      }
    }
    return all;
  }

  private static Configuration hadoop() {
    return SparkForTests.session().sparkContext().hadoopConfiguration();
  }
}
