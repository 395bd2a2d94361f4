package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.CommandForTests;
import io.turnmill.job.testing.FaultyProxy;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.S3ForTests;
import io.turnmill.job.testing.SparkForTests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that lie on S3, and results that go there. */
class S3RunTest {
  private static final String MODEL =
      Path.of("../samples/models/chat-mini").toAbsolutePath().normalize().toString();
  private static final String BUCKET = "s3a://" + S3ForTests.BUCKET + "/";

  /** As on a cluster, where a task has four tries; and as conf/s3.conf says, but in less time. */
  private static final String[] PATIENT = {
    "--set=spark.master=local[2,4]",
    "--set=spark.hadoop.fs.s3a.input.stream.type=classic",
    "--set=spark.hadoop.fs.s3a.retry.interval=50ms",
    "--set=spark.hadoop.fs.s3a.retry.throttle.interval=50ms"
  };

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  private static S3ForTests server;

  @TempDir Path folder;

  private final CommandForTests turnmill = new CommandForTests();

  @BeforeAll
  static void start() throws IOException {
    server = S3ForTests.start(shared);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @AfterEach
  void keysAreNeverPrinted() {
    assertThat(turnmill.printed())
        .isNotEmpty()
        .doesNotContain(S3ForTests.ACCESS, S3ForTests.SECRET);
  }

  @Test
  void aRunFromS3ToS3GivesWhatALocalOneGives() throws IOException {
    Path archive = archive("archive", 12);
    server.upload(archive);
    assertThat(turnmill.run(run(archive.toString(), folder.resolve("out").toString())))
        .as(turnmill.err())
        .isEqualTo(ExitCode.OK);
    assertThat(onS3(run(BUCKET + "archive/*.jsonl", BUCKET + "out"))).isEqualTo(ExitCode.OK);

    List<String> local = replies(folder.resolve("out") + "/results");
    assertThat(replies(BUCKET + "out/results")).hasSize(12).isEqualTo(local);
    JsonNode manifest = JSON.readTree(server.get("out/_turnmill/run.json"));
    assertThat(manifest.path("state").asText()).isEqualTo("complete");
    assertThat(manifest.at("/books/ok").asInt()).isEqualTo(12);
    assertThat(manifest.toString()).doesNotContain(S3ForTests.ACCESS, S3ForTests.SECRET);
  }

  @Test
  void aBucketIsOneObjectOfEachTableAndNothingIsLeftBehind() throws IOException {
    server.upload(archive("clean-in", 4));
    assertThat(onS3(run(BUCKET + "clean-in", BUCKET + "clean"))).isEqualTo(ExitCode.OK);
    List<String> keys =
        server.keys("clean/").stream()
            .map(key -> key.replaceAll("part-[-0-9a-f]+", "part"))
            .filter(key -> !key.endsWith("/"))
            .toList();
    assertThat(keys)
        .contains("clean/_turnmill/run.json", "clean/_turnmill/input.json")
        .doesNotHaveDuplicates()
        .allMatch(
            key ->
                key.matches("clean/_turnmill/(run|input)\\.json")
                    || key.matches("clean/(results|rejected)/bucket=\\d+/part\\.parquet"));
    assertThat(server.openUploads()).isEmpty();
  }

  @Test
  void keysMayHoldWhatTheyLikeAndSoMayTheOutputAndTheCache() throws IOException {
    byte[] session = JobForTests.session("a", "Question").getBytes(StandardCharsets.UTF_8);
    byte[] other = JobForTests.session("b", "Question").getBytes(StandardCharsets.UTF_8);
    server.put("odd: 100% #/chats_10:00:00 a%20b+c [1] \u5bf9\u8bdd.jsonl", session);
    server.put("odd: 100% #/chats_11:00:00.jsonl", other);
    String cache = "--set=cache.path=" + BUCKET + "cache: 5%[c]";
    for (String input : List.of("odd: 100% #", "odd:*#/*1*:00:00*")) {
      String out = "out: " + input.length() + "%41 [b]";
      assertThat(onS3(run(BUCKET + input, BUCKET + out), cache))
          .as(turnmill.err())
          .isEqualTo(ExitCode.OK);
      JsonNode manifest = JSON.readTree(server.get(out + "/_turnmill/run.json"));
      assertThat(manifest.at("/books/ok").asInt()).isEqualTo(2);
    }
    assertThat(server.keys("cache: 5%[c]/")).isNotEmpty();
  }

  @Test
  void aCacheOnS3KnowsTheRepliesOfARunBefore() throws IOException {
    server.upload(archive("cached-in", 5));
    String cache = "--set=cache.path=" + BUCKET + "cache";
    assertThat(onS3(run(BUCKET + "cached-in", BUCKET + "one"), cache)).isEqualTo(ExitCode.OK);
    assertThat(onS3(run(BUCKET + "cached-in", BUCKET + "two"), cache)).isEqualTo(ExitCode.OK);
    JsonNode books = JSON.readTree(server.get("two/_turnmill/run.json")).path("books");
    assertThat(books.path("cached_replies").asInt()).isEqualTo(5);
    assertThat(replies(BUCKET + "two/results")).isEqualTo(replies(BUCKET + "one/results"));
    assertThat(server.keys("cache/")).noneMatch(key -> key.contains("/_"));
  }

  @Test
  void aSecondRunFindsItsResultsAndAnotherOneIsRefused() throws IOException {
    server.upload(archive("again-in", 3));
    String[] run = run(BUCKET + "again-in", BUCKET + "again");
    assertThat(onS3(run)).isEqualTo(ExitCode.OK);
    assertThat(onS3(run)).as(turnmill.err()).isEqualTo(ExitCode.OK);
    assertThat(replies(BUCKET + "again/results")).hasSize(3);
    assertThat(onS3(run, "--set=sampling.max_tokens=7")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("holds the results of another run");
  }

  @Test
  void aStoreThatFailsNowAndThenChangesNothing() throws IOException {
    Path archive = archive("weak-in", 12);
    server.upload(archive);
    assertThat(onS3(run(BUCKET + "weak-in", BUCKET + "strong"))).isEqualTo(ExitCode.OK);
    long seed = new Random().nextLong();
    try (FaultyProxy weak = server.faulty(seed, 0.05)) {
      ExitCode code = run(weak.endpoint(), run(BUCKET + "weak-in", BUCKET + "weak"), PATIENT);
      String what = "seed " + seed + ", faults " + weak.faults() + "\n" + turnmill.err();
      assertThat(code).as(what).isEqualTo(ExitCode.OK);
      assertThat(weak.faults()).as(what).isNotEmpty();
    }
    assertThat(replies(BUCKET + "weak/results"))
        .as("seed " + seed)
        .hasSize(12)
        .isEqualTo(replies(BUCKET + "strong/results"));
  }

  @Test
  void encryptionByTheServerIsAskedForWithEveryObject() throws IOException {
    server.upload(archive("secret-in", 2));
    try (FaultyProxy proxy = server.faulty(0, 0)) {
      String[] run = run(BUCKET + "secret-in", BUCKET + "secret");
      assertThat(
              run(
                  proxy.endpoint(),
                  run,
                  "--set=spark.hadoop.fs.s3a.encryption.algorithm=SSE-KMS",
                  "--set=spark.hadoop.fs.s3a.encryption.key=our-key"))
          .as(turnmill.err())
          .isEqualTo(ExitCode.OK);
      List<String> written =
          proxy.heads().stream()
              .filter(head -> head.matches("(?s)(PUT|POST) /models/secret/[^? ]+( |\\?uploads).*"))
              .toList();
      assertThat(written).isNotEmpty();
      assertThat(written)
          .allMatch(head -> head.contains("x-amz-server-side-encryption: aws:kms"))
          .allMatch(head -> head.contains("x-amz-server-side-encryption-aws-kms-key-id: our-key"));
    }
  }

  @Test
  void aBucketThatIsNotThereIsOneSentence() throws IOException {
    Path archive = archive("nowhere-in", 1);
    assertThat(onS3(run(archive.toString(), "s3a://no-such-bucket/out")))
        .as(turnmill.err())
        .isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).startsWith("turnmill: output.path: ").contains("no-such-bucket");
    assertThat(onS3(run(BUCKET + "not-there/*.jsonl", BUCKET + "none"))).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("not-there");
  }

  private Path archive(String name, int sessions) throws IOException {
    Path archive = Files.createDirectory(folder.resolve(name));
    for (int i = 0; i < sessions; i++) {
      String session =
          String.format(
              Locale.ROOT,
              "{\"session_id\":\"s%d\",\"messages\":[{\"role\":\"user\",\"content\":\"Question %d\"}]}%n",
              i,
              i);
      Files.writeString(archive.resolve(i + ".jsonl"), session);
    }
    return archive;
  }

  private static String[] run(String input, String output) {
    return new String[] {
      "run",
      "--model=" + MODEL,
      "--input=" + input,
      "--output=" + output,
      "--set=spark.master=local[2]",
      "--set=spark.sql.shuffle.partitions=2",
      "--set=output.buckets=2",
      "--set=sampling.max_tokens=20"
    };
  }

  private ExitCode onS3(String[] arguments, String... more) {
    return run(server.settings().get("fs.s3a.endpoint"), arguments, more);
  }

  private ExitCode run(String endpoint, String[] arguments, String... more) {
    forgetOtherEndpoints();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(more));
    S3ForTests.settings(endpoint)
        .forEach((key, value) -> all.add("--set=spark.hadoop." + key + "=" + value));
    return turnmill.run(all.toArray(String[]::new));
  }

  /** This JVM keeps sessions and file systems with the settings that they were opened with. */
  private static void forgetOtherEndpoints() {
    SparkForTests.stop();
    try {
      FileSystem.closeAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Session and reply, in order. */
  private static List<String> replies(String results) {
    forgetOtherEndpoints();
    SparkSession spark = SparkForTests.session();
    Map<String, String> settings = server.settings();
    settings.forEach((key, value) -> spark.sparkContext().hadoopConfiguration().set(key, value));
    List<String> replies = new ArrayList<>();
    for (Row row : spark.read().parquet(results).collectAsList()) {
      Row reply = (Row) row.getList(row.fieldIndex("replies")).get(0);
      replies.add(row.getAs("session_id") + ": " + reply.getAs("content"));
    }
    SparkForTests.stop(); // it has settings of this store's alone
    return replies.stream().sorted().toList();
  }
}
