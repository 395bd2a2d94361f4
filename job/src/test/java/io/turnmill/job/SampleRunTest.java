package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of an archive, and cleaned sessions, through the whole job. */
class SampleRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SESSIONS = 200;

  @TempDir Path folder;

  private Path whole;
  private Path scattered;

  /** The same sessions, each in one record, and with each message in a record of its own. */
  @BeforeEach
  void writeArchives() throws IOException {
    whole = Files.createDirectories(folder.resolve("whole"));
    scattered = Files.createDirectories(folder.resolve("scattered"));
    StringBuilder sessions = new StringBuilder();
    StringBuilder messages = new StringBuilder();
    for (int i = 0; i < SESSIONS; i++) {
      Map<String, Object> common = new TreeMap<>();
      common.put("session_id", "s" + i);
      common.put("tenant", i % 10 == 0 ? "small" : "large");
      common.put("topic", "topic" + i % 4);
      Map<String, Object> session = new TreeMap<>(common);
      session.put("messages", List.of(Map.of("role", "user", "content", "Question  " + i)));
      sessions.append(JSON.writeValueAsString(session)).append('\n');
      Map<String, Object> message = new TreeMap<>(common);
      message.putAll(Map.of("role", "user", "content", "Question  " + i));
      messages.append(JSON.writeValueAsString(message)).append('\n');
    }
    Files.writeString(whole.resolve("in.jsonl"), sessions + "{broken\n");
    Files.writeString(scattered.resolve("in.jsonl"), messages + "{broken\n");
  }

  private JobForTests run(String name, Path input, String... settings) {
    JobForTests job = new JobForTests(folder.resolve(name), FakeModelLoader::new);
    assertThat(
            job.run(
                Stream.concat(
                        Stream.of("--input=" + input, "--set=input.carry=[topic]"),
                        Stream.of(settings))
                    .toArray(String[]::new)))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    return job;
  }

  private static Set<String> ids(JobForTests job) {
    return job.results().stream()
        .map(row -> row.<String>getAs("session_id"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, Long> by(JobForTests job, String tenantOrTopic) {
    return job.results().stream()
        .collect(
            Collectors.groupingBy(
                row ->
                    tenantOrTopic.equals("tenant")
                        ? row.<String>getAs("tenant")
                        : row.<String, String>getJavaMap(row.fieldIndex("carried"))
                            .get(tenantOrTopic),
                TreeMap::new,
                Collectors.counting()));
  }

  private static long books(JobForTests job, String path) {
    return job.manifest().at("/books/" + path).asLong();
  }

  @Test
  void aFractionIsTheSameSessionsHoweverTheArchiveIsCut() {
    JobForTests one = run("one", whole, "--set=sample.fraction=0.3", "--set=output.buckets=2");
    JobForTests other =
        run("other", scattered, "--set=sample.fraction=0.3", "--set=output.buckets=7");
    JobForTests seed = run("seed", whole, "--set=sample.fraction=0.3", "--set=sample.seed=5");

    assertThat(ids(one)).hasSizeBetween(35, 85).isEqualTo(ids(other)).isNotEqualTo(ids(seed));
    assertThat(one.replies()).isEqualTo(other.replies());
    for (JobForTests job : List.of(one, other)) {
      assertThat(books(job, "sessions")).isEqualTo(SESSIONS);
      assertThat(books(job, "left_out")).isEqualTo(SESSIONS - ids(one).size());
      assertThat(books(job, "ok")).isEqualTo(ids(one).size());
      assertThat(books(job, "records")).isEqualTo(SESSIONS + 1);
      assertThat(job.rejected()).hasSize(1);
      assertThat(job.out()).containsPattern("left out +" + books(job, "left_out") + " .*by sample");
    }
  }

  @Test
  void aNumberOfSessionsIsTakenFromAllOrFromEachGroup() {
    JobForTests all = run("all", whole, "--set=sample.n=30");
    JobForTests more = run("more", scattered, "--set=sample.n=60", "--set=output.buckets=5");
    JobForTests tenants = run("tenants", whole, "--set=sample.n=25", "--set=sample.by=tenant");
    JobForTests topics =
        run(
            "topics",
            scattered,
            "--set=sample.n=6",
            "--set=sample.by=topic",
            "--set=output.buckets=3");

    assertThat(ids(all)).hasSize(30);
    assertThat(ids(more)).hasSize(60).containsAll(ids(all));
    assertThat(by(tenants, "tenant")).isEqualTo(Map.of("large", 25L, "small", 20L));
    assertThat(by(topics, "topic"))
        .isEqualTo(Map.of("topic0", 6L, "topic1", 6L, "topic2", 6L, "topic3", 6L));
    assertThat(books(topics, "left_out")).isEqualTo(SESSIONS - 24);
    assertThat(topics.run("--input=" + scattered, "--status")).isEqualTo(ExitCode.OK);
    assertThat(topics.out()).containsPattern("left out +" + (SESSIONS - 24));
  }

  /** Sessions of 8 to 15 characters, of 256 to 511, and Chinese ones. */
  @Test
  void aNumberOfSessionsIsTakenOfEachLengthAndLanguage() throws IOException {
    StringBuilder sessions = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      sessions.append(JobForTests.session("short" + i, "Question " + i));
      sessions.append(JobForTests.session("long" + i, "word ".repeat(60) + i));
      sessions.append(JobForTests.session("chinese" + i, "你好，今天的天气" + i));
    }
    Path mixed = Files.writeString(folder.resolve("mixed.jsonl"), sessions);
    JobForTests lengths = run("l", mixed, "--set=sample.n=3", "--set=sample.by=session.length");
    JobForTests languages = run("s", mixed, "--set=sample.n=3", "--set=sample.by=session.language");
    JobForTests both =
        run("b", mixed, "--set=sample.n=3", "--set=sample.by=session.length_and_language");

    assertThat(kinds(lengths)).containsEntry("long", 3L);
    assertThat(ids(lengths)).hasSize(6);
    assertThat(kinds(languages)).containsEntry("chinese", 3L);
    assertThat(ids(languages)).hasSize(6);
    assertThat(kinds(both)).isEqualTo(Map.of("short", 3L, "long", 3L, "chinese", 3L));
  }

  private static Map<String, Long> kinds(JobForTests job) {
    return ids(job).stream()
        .collect(Collectors.groupingBy(id -> id.replaceAll("\\d", ""), Collectors.counting()));
  }

  @Test
  void aSampleOfNothingIsACompleteRun() {
    JobForTests job = run("nothing", whole, "--set=sample.fraction=0.000000001");

    assertThat(books(job, "left_out")).isEqualTo(SESSIONS);
    assertThat(books(job, "ok")).isZero();
    assertThat(job.manifest().path("state").asText()).isEqualTo("complete");
  }

  @Test
  void aDamagedFileEndsTheRunWithItsNameWhenSessionsAreDrawnAndCompared() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(Files.readAllBytes(whole.resolve("in.jsonl")));
    }
    Path cut = folder.resolve("cut.jsonl.gz");
    Files.write(cut, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    for (String setting : List.of("sample.n=5", "clean.near_duplicates=copy")) {
      JobForTests job = new JobForTests(folder.resolve("damaged"), FakeModelLoader::new);
      assertThat(job.run("--input=" + cut, "--set=" + setting)).isEqualTo(ExitCode.SETUP);
      assertThat(job.err()).contains("cut.jsonl.gz");
    }
    JobForTests job =
        run(
            "rejecting",
            cut,
            "--set=check.bad_file=reject",
            "--set=limits.max_rejected_share=1",
            "--set=sample.n=5",
            "--set=clean.duplicate_sessions=copy");
    assertThat(books(job, "ok")).isZero();
    assertThat(books(job, "sessions")).isEqualTo(books(job, "rejected_sessions"));
  }

  @Test
  void planSaysWhatIsLeftOutAndCleaned() {
    JobForTests job = new JobForTests(folder.resolve("plan"), FakeModelLoader::new);
    assertThat(
            job.command(
                "plan",
                "--model=" + JobForTests.MODEL,
                "--input=" + whole,
                "--output=" + folder.resolve("plan"),
                "--set=sample.n=40",
                "--set=clean.whitespace=true"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);

    assertThat(job.out())
        .containsPattern("left out by sample +160 sessions")
        .containsPattern("whitespace +40")
        .containsPattern("sessions +40\n");
  }

  @Test
  void sessionsAreCleanedBeforeTheModelIsAskedAndCounted() throws IOException {
    String session =
        JSON.writeValueAsString(
            Map.of(
                "session_id",
                "dirty",
                "messages",
                List.of(
                    Map.of("role", "user", "content", "Ｈello \t there "),
                    Map.of("role", "user", "content", "Hello there"),
                    Map.of("role", "user", "content", "Are you\n\n\n\nopen?"))));
    Path dirty = Files.writeString(folder.resolve("dirty.jsonl"), session + "\n");
    JobForTests job =
        run(
            "clean",
            dirty,
            "--set=clean.unicode=nfkc",
            "--set=clean.whitespace=true",
            "--set=clean.duplicate_messages=drop",
            "--set=clean.merge_turns=true");

    List<Row> messages = job.results().get(0).getList(job.results().get(0).fieldIndex("messages"));
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0).<String>getAs("content"))
        .isEqualTo("Hello there\n\nAre you\n\nopen?");
    assertThat(job.manifest().at("/books/cleaned").toString())
        .isEqualTo(
            "{\"sessions\":1,\"unicode\":1,\"whitespace\":2,\"dropped_messages\":1,"
                + "\"merged_messages\":1,\"copies\":0}");
    assertThat(job.out()).containsPattern("merged messages +1  cleaned");
    assertThat(books(job, "messages")).isEqualTo(1);
  }
}
