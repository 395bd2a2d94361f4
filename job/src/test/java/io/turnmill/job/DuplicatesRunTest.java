package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Duplicates of sessions through the whole job, with duplicates in other buckets. */
class DuplicatesRunTest {
  private static final String LONG =
      IntStream.range(0, 120).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

  @TempDir Path folder;

  private JobForTests job(String output) {
    return new JobForTests(folder.resolve(output), FakeModelLoader::new);
  }

  private ExitCode run(JobForTests job, List<String> lines, String... more) throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, String.join("", lines));
    return job.run(
        Stream.concat(Stream.of("--input=" + archive, "--set=output.buckets=8"), Stream.of(more))
            .toArray(String[]::new));
  }

  /** Ten sessions say the same, ten nearly the same, and ten each something else. */
  private static List<String> archive() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      lines.add(JobForTests.session("same" + i, "我的订单在哪里？"));
      lines.add(JobForTests.session("near" + i, LONG + " end" + i));
      lines.add(JobForTests.session("other" + i, "Question " + i));
    }
    return lines;
  }

  private static int bucket(String session) {
    return KeyHash.bucket(new SessionKey(Optional.empty(), session), 8);
  }

  private static Map<String, Row> results(JobForTests job) {
    Map<String, Row> results = new TreeMap<>();
    job.results().forEach(row -> assertThat(results.put(row.getAs("session_id"), row)).isNull());
    return results;
  }

  /** The kept session of each duplicate. */
  private static Map<String, String> duplicates(JobForTests job) {
    Map<String, String> duplicates = new TreeMap<>();
    results(job)
        .forEach(
            (id, row) -> {
              if (row.getAs("duplicate_of") != null) {
                duplicates.put(id, row.getAs("duplicate_of"));
              }
            });
    return duplicates;
  }

  private static Map<String, String> duplicatesOf(String kept, String name) {
    return IntStream.range(1, 10)
        .boxed()
        .collect(Collectors.toMap(i -> name + i, i -> kept, (a, b) -> a, TreeMap::new));
  }

  private static long books(JobForTests job, String path) {
    return job.manifest().at("/books/" + path).asLong();
  }

  @Test
  void sessionsWithTheSameMessagesGetTheResultOfTheOneWithTheSmallestId() throws IOException {
    JobForTests plain = job("plain");
    assertThat(run(plain, archive())).isEqualTo(ExitCode.OK);
    JobForTests job = job("out");
    assertThat(run(job, archive(), "--set=clean.duplicate_sessions=copy")).isEqualTo(ExitCode.OK);

    assertThat(duplicates(job)).isEqualTo(duplicatesOf("same0", "same"));
    assertThat(job.replies()).isEqualTo(plain.replies()).hasSize(30);
    Set<Integer> buckets = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      buckets.add(bucket("same" + i));
      assertThat(results(job).get("same" + i).<Integer>getAs("bucket")).isEqualTo(bucket("same0"));
    }
    assertThat(buckets.size()).isGreaterThan(3);
    assertThat(books(job, "ok")).isEqualTo(30);
    assertThat(books(job, "copied_results")).isEqualTo(9);
    assertThat(books(job, "cleaned/copies")).isEqualTo(9);
    assertThat(job.manifest().at("/engine/replies").asLong()).isEqualTo(21);
    assertThat(job.out()).containsPattern("copied results +9");
    assertThat(job.command("show", folder.resolve("out").toString(), "--session=same3"))
        .isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("copied from session same0");
  }

  @Test
  void aDuplicateGetsTheResultOfEachVariantThatTheKeptSessionWasAsked() throws IOException {
    String[] settings = {
      "--set=clean.duplicate_sessions=copy",
      "--set=variants.plain={}",
      "--set=variants.bold.sampling.temperature=1.5"
    };
    JobForTests all = job("all");
    assertThat(run(all, archive(), settings)).as(all.err()).isEqualTo(ExitCode.OK);
    assertThat(repliesBy(all)).hasSize(60);
    for (String variant : List.of("plain ", "bold ")) {
      assertThat(repliesBy(all).get(variant + "same7"))
          .isEqualTo(repliesBy(all).get(variant + "same0"));
    }
    assertThat(books(all, "copied_results")).isEqualTo(18);
    assertThat(all.manifest().at("/comparison/0/compared").asLong())
        .as("copies are not compared")
        .isEqualTo(21);

    String[] shared =
        Stream.concat(Stream.of(settings), Stream.of("--set=variants_mode=split"))
            .toArray(String[]::new);
    JobForTests split = job("split");
    assertThat(run(split, archive(), shared)).as(split.err()).isEqualTo(ExitCode.OK);
    assertThat(repliesBy(split))
        .hasSize(30)
        .allSatisfy((of, reply) -> assertThat(reply).isEqualTo(repliesBy(all).get(of)));
    assertThat(
            repliesBy(split).keySet().stream()
                .filter(of -> of.contains("same"))
                .map(of -> of.split(" ", -1)[0])
                .distinct())
        .as("all are asked of one variant")
        .hasSize(1);
  }

  /** The reply to each session, by variant and session. */
  private static Map<String, String> repliesBy(JobForTests job) {
    Map<String, String> replies = new TreeMap<>();
    for (Row row : job.results()) {
      Row reply = row.<Row>getList(row.fieldIndex("replies")).get(0);
      replies.put(row.getAs("variant") + " " + row.getAs("session_id"), reply.getAs("content"));
    }
    return replies;
  }

  @Test
  void nearDuplicatesAreTheSameHoweverTheArchiveIsSplit() throws IOException {
    Map<String, String> expected = new TreeMap<>(duplicatesOf("near0", "near"));
    expected.putAll(duplicatesOf("same0", "same"));
    for (int buckets : List.of(1, 5)) {
      JobForTests job = job("out" + buckets);
      String[] settings = {"--set=clean.near_duplicates=copy", "--set=output.buckets=" + buckets};
      assertThat(run(job, archive(), settings)).isEqualTo(ExitCode.OK);
      assertThat(duplicates(job)).isEqualTo(expected);
      assertThat(job.replies()).hasSize(30);
      assertThat(job.replies().get("near7")).isEqualTo(job.replies().get("near0"));
      String message = results(job).get("near7").<Row>getList(5).get(0).getAs("content");
      assertThat(message).as("its own messages").endsWith("end7");
    }
  }

  @Test
  void aDuplicateThatIsRejectedNamesTheSessionThatIsKeptAndPassesNoLimit() throws IOException {
    JobForTests job = job("out");
    String[] settings = {
      "--set=clean.duplicate_sessions=reject", "--set=clean.near_duplicates=reject"
    };
    assertThat(run(job, archive(), settings)).isEqualTo(ExitCode.OK);

    assertThat(results(job).keySet()).contains("same0", "near0").hasSize(12);
    assertThat(job.rejected()).hasSize(18);
    for (Row row : job.rejected()) {
      boolean near = row.<String>getAs("session_id").startsWith("near");
      assertThat(row.<String>getAs("scope")).isEqualTo("session");
      assertThat(row.<String>getAs("code"))
          .isEqualTo(near ? "near_duplicate_session" : "duplicate_session");
      assertThat(row.<String>getAs("detail"))
          .isEqualTo(
              near
                  ? "nearly the same messages as session near0"
                  : "the same messages as session same0");
    }
    assertThat(books(job, "sessions")).isEqualTo(30);
    assertThat(books(job, "rejected_sessions")).isEqualTo(18);
    assertThat(books(job, "records")).isEqualTo(30);
  }

  @Test
  void copiesOfANearDuplicateGetTheResultThatItGets() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      lines.add(JobForTests.session("b" + i, LONG + " second"));
    }
    lines.add(JobForTests.session("a", LONG + " first"));
    JobForTests job = job("out");
    String[] settings = {"--set=clean.duplicate_sessions=copy", "--set=clean.near_duplicates=copy"};
    assertThat(run(job, lines, settings)).isEqualTo(ExitCode.OK);

    assertThat(duplicates(job).values()).hasSize(6).containsOnly("a");
    assertThat(new HashSet<>(job.replies().values())).hasSize(1);

    JobForTests rejecting = job("rejecting");
    String[] others = {"--set=clean.duplicate_sessions=copy", "--set=clean.near_duplicates=reject"};
    assertThat(run(rejecting, lines, others)).isEqualTo(ExitCode.OK);
    assertThat(results(rejecting).keySet()).containsExactly("a");
    assertThat(rejecting.rejected()).hasSize(6);
  }

  @Test
  void aDuplicateOfASessionThatFailsOrIsRejectedComesOutLikeIt() throws IOException {
    List<String> lines = new ArrayList<>(archive());
    for (int i = 0; i < 5; i++) {
      lines.add(JobForTests.session("bad" + i, "Fails " + FakeModelLoader.POISON));
      lines.add(JobForTests.session("long" + i, "word ".repeat(9000)));
    }
    JobForTests job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
    String[] settings = {
      "--set=clean.duplicate_sessions=copy",
      "--set=limits.max_failed_share=1",
      "--set=limits.max_rejected_share=1"
    };
    assertThat(run(job, lines, settings)).isEqualTo(ExitCode.OK);

    for (int i = 0; i < 5; i++) {
      Row bad = results(job).get("bad" + i);
      assertThat(bad.<String>getAs("status")).isEqualTo("failed");
      assertThat(bad.<String>getAs("error_code")).isEqualTo("non_finite_logits");
      assertThat(bad.<String>getAs("duplicate_of")).isEqualTo(i == 0 ? null : "bad0");
    }
    assertThat(job.rejected())
        .hasSize(5)
        .allMatch(row -> row.<String>getAs("code").equals("prompt_too_long"));
    assertThat(books(job, "sessions")).isEqualTo(40);
    assertThat(books(job, "failed")).isEqualTo(5);
    assertThat(books(job, "rejected_sessions")).isEqualTo(5);
  }

  @Test
  void sessionsOfTwoTenantsAreNoDuplicates() throws IOException {
    List<String> lines =
        Stream.of("t1", "t2")
            .flatMap(
                tenant ->
                    Stream.of("a", "b")
                        .map(
                            id ->
                                JobForTests.session(id, "The same")
                                    .replaceFirst("\\{", "{\"tenant\":\"" + tenant + "\",")))
            .toList();
    JobForTests job = job("out");
    assertThat(run(job, lines, "--set=clean.near_duplicates=copy")).isEqualTo(ExitCode.OK);

    assertThat(job.results()).hasSize(4);
    assertThat(job.results())
        .extracting(row -> row.getAs("session_id") + " " + row.getAs("duplicate_of"))
        .containsExactlyInAnyOrder("a null", "a null", "b a", "b a");
  }

  private static String inChannel(String id, String channel) {
    return """
        {"session_id":"%s","channel":"%s","messages":[{"role":"user","content":"Hi"}]}
        """
        .formatted(id, channel);
  }

  @Test
  void sessionsThatDifferInAFieldThatTheTemplateShowsAreBothAsked() throws IOException {
    List<String> lines =
        List.of(inChannel("s0", "web"), inChannel("s1", "web"), inChannel("s2", "app"));
    String[] settings = {
      "--set=clean.duplicate_sessions=copy",
      "--set=clean.near_duplicates=copy",
      "--set=input.carry=[channel]"
    };
    JobForTests plain = job("plain");
    assertThat(run(plain, lines, settings)).as(plain.err()).isEqualTo(ExitCode.OK);
    assertThat(duplicates(plain)).isEqualTo(Map.of("s1", "s0", "s2", "s0"));

    String[] more = Arrays.copyOf(settings, settings.length + 1);
    more[settings.length] = "--set=prompt.message={{ fields.channel }}: {{ transcript }}";
    JobForTests job = job("fields");
    assertThat(run(job, lines, more)).as(job.err()).isEqualTo(ExitCode.OK);
    assertThat(duplicates(job)).isEqualTo(Map.of("s1", "s0"));

    more[settings.length] = "--set=prompt.message={{ session_id }}: {{ transcript }}";
    JobForTests refused = job("refused");
    assertThat(run(refused, lines, more)).isEqualTo(ExitCode.SETUP);
    assertThat(refused.err()).contains("prompt.message: it shows the model the session_id");
  }
}
