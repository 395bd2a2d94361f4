package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.ArchiveForTests;
import io.turnmill.job.testing.ArchiveWriter;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.ShuffleMeter;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StoppingModelLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions are shuffled into their buckets only where they must be. */
class StagingTest {
  private static final int SESSIONS = 96;
  private static final int FILES = 2;

  @TempDir Path folder;

  private final Random random = new Random(5);
  private int letters = 40;

  @AfterEach
  void letPass() {
    StoppingModelLoader.DANGEROUS.set(false);
  }

  @Test
  void sessionsOfOneRecordEachAreNotShuffledAndMessagesAre() throws IOException {
    letters = 300;
    List<JsonNode> sessions = sessions();
    long text = sessions.stream().mapToLong(session -> session.toString().length()).sum();

    JobForTests whole = job("whole");
    long shuffled = shuffledBy(whole, archive("whole", sessions));
    assertThat(by(whole)).isEqualTo("input");
    assertThat(shuffled).isLessThan(text / 10);
    assertThat(whole.sizes()).hasSize(8).allSatisfy((b, n) -> assertThat(n).isBetween(3L, 24L));

    JobForTests apart = job("apart");
    Path messages = folder.resolve("in-apart");
    List<String> lines = ArchiveWriter.messages(sessions);
    for (int file = 0; file < FILES; file++) {
      int first = lines.size() * file / FILES;
      int end = lines.size() * (file + 1) / FILES;
      ArchiveWriter.write(
          messages.resolve(file + ".jsonl"), String.join("\n", lines.subList(first, end)));
    }
    assertThat(shuffledBy(apart, messages)).isGreaterThan(text / 2);
    assertThat(by(apart)).isEqualTo("session");
    assertThat(said(whole)).isEqualTo(said(apart)).hasSize(SESSIONS);
  }

  @Test
  void resultsAndRejectionsAreThoseOfAShuffledRun() throws IOException {
    Path archive = archive("in", sessions());
    ArchiveWriter.write(
        archive.resolve("1-spoilt.jsonl"),
        """
        {broken
        {"messages":[{"role":"user","content":"Whose am I?"}]}
        {"session_id":"mute","messages":[{"role":"assistant","content":"Hello?"}]}
        {"session_id":"odd","messages":[{"role":"nobody","content":"x"},{"role":"user","content":"y"}]}
        [1]
        """);
    JobForTests asRead = job("as-read");
    assertThat(run(asRead, archive)).isEqualTo(ExitCode.OK);
    assertThat(by(asRead)).isEqualTo("input");
    JobForTests shuffled = job("shuffled");
    assertThat(run(shuffled, archive, "--set", "cache.path=" + folder.resolve("cache")))
        .isEqualTo(ExitCode.OK);
    assertThat(by(shuffled)).as("the cache goes by the hash of the id").isEqualTo("session");

    assertThat(said(asRead)).isEqualTo(said(shuffled)).hasSize(SESSIONS + 1).containsKey("odd");
    assertThat(rejected(asRead)).isEqualTo(rejected(shuffled)).hasSize(5);
    for (String count : List.of("records", "sessions", "messages", "ok", "rejected_by_code")) {
      assertThat(books(asRead).path(count)).isEqualTo(books(shuffled).path(count));
    }
  }

  @Test
  void sessionsWithOneIdMeetWhereverTheyStand() throws IOException {
    List<JsonNode> sessions = new ArrayList<>(sessions());
    sessions.set(SESSIONS - 1, session("s0", "The same id in another file"));
    JobForTests job = job("out");
    // Some of so many buckets are empty when they go by id: nothing of before may be left there.
    String dynamic = "spark.sql.sources.partitionOverwriteMode=dynamic";
    assertThat(run(job, archive("in", sessions), "--set", dynamic, "--set", "output.buckets=48"))
        .isEqualTo(ExitCode.OK);
    assertThat(by(job)).isEqualTo("session");
    assertThat(job.sizes()).hasSizeLessThan(48);
    assertThat(job.err()).contains("Session ids stand in several records");
    assertThat(said(job)).hasSize(SESSIONS - 1).containsKey("s0");
    assertThat(rejected(job)).hasSize(1).first().asString().contains("duplicate_session");
  }

  @Test
  void aFileThatCannotBeSplitIsShuffledUnlessThereAreEnoughOfThem() throws IOException {
    List<String> lines = sessions().stream().map(JsonNode::toString).toList();
    Path one = folder.resolve("one");
    ArchiveWriter.gzip(one.resolve("all.jsonl.gz"), lines);
    JobForTests alone = job("alone");
    assertThat(run(alone, one)).isEqualTo(ExitCode.OK);
    assertThat(by(alone)).isEqualTo("session");

    Path two = folder.resolve("two");
    ArchiveWriter.gzip(two.resolve("a.jsonl.gz"), lines.subList(0, SESSIONS / 2));
    ArchiveWriter.gzip(two.resolve("b.jsonl.gz"), lines.subList(SESSIONS / 2, SESSIONS));
    JobForTests pair = job("pair");
    assertThat(run(pair, two)).isEqualTo(ExitCode.OK);
    assertThat(by(pair)).isEqualTo("input");
    assertThat(pair.sizes()).hasSize(8).allSatisfy((b, n) -> assertThat(n).isBetween(3L, 24L));
    assertThat(said(pair)).isEqualTo(said(alone));
  }

  @Test
  void aRunThatIsNotShuffledGoesOnWhereItStopped() throws IOException {
    Path archive = archiveWithAStone();
    JobForTests job = stopInTheMiddle(archive);
    Set<String> kept = kept(job);
    assertThat(run(job, archive, "--status")).isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .containsPattern("writes there +no run")
        .containsPattern("buckets done +" + job.bucketsDone().size() + " of 8");

    assertThat(run(job, archive, "--set", "cache.path=" + folder.resolve("cache")))
        .isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("resumes the run of").contains("cache.path is not used");
    assertThat(by(job)).isEqualTo("input");
    assertThat(job.resultFiles()).containsAll(kept);
    assertThat(job.answers()).isEqualTo(undisturbed(archive)).hasSize(SESSIONS);
  }

  /** Earlier versions counted tokens, in a field of their own, and no counters. */
  @Test
  void bucketsThatAnEarlierVersionEnteredAreKnownAndStay() throws IOException {
    Path archive = archiveWithAStone();
    JobForTests job = stopInTheMiddle(archive);
    Set<String> kept = kept(job);
    Path ledger = folder.resolve("out/_turnmill/work/ledger");
    try (Stream<Path> files = Files.walk(ledger)) {
      for (Path entry : files.filter(file -> file.toString().contains("bucket-")).toList()) {
        ObjectNode json = (ObjectNode) ArchiveForTests.JSON.readTree(entry.toFile());
        ObjectNode counts = (ObjectNode) json.path("content").path("counts");
        assertThat(counts.remove("counters")).isNotNull();
        counts.putObject("tokens").put("prompt", 5);
        Files.write(entry, ArchiveForTests.JSON.writeValueAsBytes(json));
      }
    }

    assertThat(run(job, archive, "--status")).isEqualTo(ExitCode.OK);
    assertThat(job.out()).containsPattern("buckets done +" + job.bucketsDone().size() + " of 8");
    assertThat(run(job, archive)).isEqualTo(ExitCode.OK);
    assertThat(job.resultFiles()).containsAll(kept);
  }

  @Test
  void stagingThatStoppedHalfWayIsDoneAgain() throws IOException {
    Path archive = archiveWithAStone();
    JobForTests job = stopInTheMiddle(archive);
    Path work = folder.resolve("out/_turnmill/work");
    Files.delete(work.resolve("ledger/staged.json"));
    Path stopped = only(work.resolve("staged"));
    Path bucket = stopped.resolve("table=sessions/bucket=3");
    Files.writeString(bucket.resolve("part-00000-half.snappy.parquet"), "half of a file");

    assertThat(run(job, archive, "--keep-staged")).isEqualTo(ExitCode.OK);
    assertThat(only(work.resolve("staged"))).isNotEqualTo(stopped);
    assertThat(by(job)).isEqualTo("input");
    assertThat(job.answers()).isEqualTo(undisturbed(archive)).hasSize(SESSIONS);
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> below = Files.list(folder)) {
      List<Path> all = below.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  /** The last file has as many bytes as the other, and little text: its buckets come last. */
  private Path archiveWithAStone() throws IOException {
    List<JsonNode> sessions = new ArrayList<>(sessions());
    for (int i = SESSIONS * (FILES - 1) / FILES; i < SESSIONS; i++) {
      ObjectNode session = ArchiveForTests.JSON.createObjectNode();
      session.put("session_id", "s" + i).put("source", "tests").put("padding", words().repeat(5));
      String text = i == SESSIONS - 1 ? StoppingModelLoader.STONE : "A question, " + i;
      session.putArray("messages").addObject().put("role", "user").put("content", text);
      sessions.set(i, session);
    }
    return archive("in", sessions);
  }

  private JobForTests stopInTheMiddle(Path archive) {
    JobForTests job = new JobForTests(folder.resolve("out"), StoppingModelLoader::new);
    StoppingModelLoader.DANGEROUS.set(true);
    assertThat(run(job, archive, "--set", "spark.master=local[2]")).isEqualTo(ExitCode.ERROR);
    StoppingModelLoader.DANGEROUS.set(false);
    assertThat(job.bucketsDone()).isNotEmpty().hasSizeLessThan(8);
    return job;
  }

  private Map<String, String> undisturbed(Path archive) {
    JobForTests other = job("undisturbed");
    assertThat(run(other, archive)).isEqualTo(ExitCode.OK);
    return other.answers();
  }

  private static Set<String> kept(JobForTests job) {
    return job.resultFiles().stream()
        .filter(
            file -> job.bucketsDone().stream().anyMatch(b -> file.contains("bucket=" + b + "/")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private JobForTests job(String output) {
    return new JobForTests(folder.resolve(output), FakeModelLoader::new);
  }

  private static ExitCode run(JobForTests job, Path archive, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--input", archive.toString()));
    arguments.addAll(List.of("--set", "output.buckets=8", "--set", "spark.master=local[2]"));
    arguments.addAll(List.of("--set", "limits.max_rejected_share=1"));
    arguments.addAll(List.of(more));
    return job.run(arguments.toArray(String[]::new));
  }

  private static long shuffledBy(JobForTests job, Path archive) {
    ShuffleMeter.BYTES.set(0);
    String meter = "spark.extraListeners=" + ShuffleMeter.class.getName();
    assertThat(run(job, archive, "--set", meter)).as(job.err()).isEqualTo(ExitCode.OK);
    SparkForTests.stop(); // so that the meter has heard of all tasks
    return ShuffleMeter.BYTES.get();
  }

  /** In files of about one size, as archives are exported. */
  private Path archive(String name, List<JsonNode> sessions) {
    Path archive = folder.resolve("in-" + name);
    for (int file = 0; file < FILES; file++) {
      int first = sessions.size() * file / FILES;
      int end = sessions.size() * (file + 1) / FILES;
      String lines =
          sessions.subList(first, end).stream()
              .map(session -> session + "\n")
              .collect(Collectors.joining());
      ArchiveWriter.write(archive.resolve(file + ".jsonl"), lines);
    }
    return archive;
  }

  private List<JsonNode> sessions() {
    return IntStream.range(0, SESSIONS).mapToObj(i -> session("s" + i, words())).toList();
  }

  private JsonNode session(String id, String text) {
    ObjectNode session = ArchiveForTests.JSON.createObjectNode();
    session.put("session_id", id).put("source", "tests");
    ArrayNode messages = session.putArray("messages");
    messages.addObject().put("role", "user").put("content", words());
    messages.addObject().put("role", "assistant").put("content", words());
    messages.addObject().put("role", "user").put("content", text);
    return session;
  }

  /** That no compression makes much shorter. */
  private String words() {
    return random
        .ints(letters, 'a', 'z' + 1)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static JsonNode books(JobForTests job) {
    return job.manifest().path("books");
  }

  private static String by(JobForTests job) {
    return books(job).path("buckets_by").asText();
  }

  /** Everything of a result that does not depend on its bucket and its company there. */
  private static Map<String, String> said(JobForTests job) {
    Map<String, String> said = new TreeMap<>();
    for (Row row : job.results()) {
      List<Row> replies = row.getList(row.fieldIndex("replies"));
      String reply =
          Stream.of("turn", "content", "finish_reason", "prompt_tokens", "mean_logprob")
              .map(name -> replies.get(0).getAs(name).toString())
              .collect(Collectors.joining("|"));
      List<String> columns =
          Stream.of("status", "messages", "carried", "rejected_messages")
              .map(name -> row.getAs(name).toString())
              .toList();
      if (said.put(row.getAs("session_id"), columns + reply) != null) {
        throw new AssertionError("twice in the results: " + row.getAs("session_id"));
      }
    }
    return said;
  }

  private static List<String> rejected(JobForTests job) {
    return job.rejected().stream()
        .map(
            row ->
                Stream.of("scope", "code", "detail", "source_file", "line", "session_id")
                    .map(name -> String.valueOf(row.<Object>getAs(name)))
                    .collect(Collectors.joining("|")))
        .sorted()
        .toList();
  }
}
