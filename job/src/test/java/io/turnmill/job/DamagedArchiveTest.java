package io.turnmill.job;

import static io.turnmill.job.testing.InputsForTests.REJECT_MESSAGE;
import static io.turnmill.job.testing.InputsForTests.REJECT_SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.CheckConfig;
import io.turnmill.job.config.InputConfig;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Counts;
import io.turnmill.job.prepare.Counts.RejectedCount;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.Archive;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.testing.ArchiveForTests;
import io.turnmill.job.testing.ArchiveWriter;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StagedForTests;
import io.turnmill.session.KeyHash;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Poison of every kind beside good sessions: right codes, balanced books, untouched neighbours. */
class DamagedArchiveTest {
  private static final SparkSession SPARK = SparkForTests.session();

  private static final List<String> POISON =
      List.of(
          "{\"session_id\":\"p1\",\"turn\":0,\"role\":\"user\",",
          "[1,2]",
          "{\"turn\":0,\"role\":\"user\",\"content\":\"x\"}",
          "{\"session_id\":\"\",\"turn\":0,\"role\":\"user\",\"content\":\"x\"}",
          "{\"session_id\":\"p2\",\"messages\":\"none\"}",
          message("p3", 0, "user", "fine"),
          message("p3", 1, "pirate", "arr"),
          message("p3", 0, "assistant", "again"),
          message("p3", 2, "user", " "),
          message("p4", 0, "assistant", "nobody asked"),
          message("p5", 0, "robot", "all bad"),
          "{\"session_id\":\"p6\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
          "{\"session_id\":\"p6\",\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}");

  @TempDir Path dir;

  @Test
  void everyKindOfPoisonHasItsCodeAndTheOthersAreAsInACleanRun() throws IOException {
    List<JsonNode> sessions = ArchiveForTests.sessions();
    Path clean = dir.resolve("clean");
    ArchiveWriter.write(
        clean.resolve("m.jsonl"), String.join("\n", ArchiveWriter.messages(sessions)));
    List<String> lines = new ArrayList<>(ArchiveWriter.messages(sessions));
    for (int i = 0; i < POISON.size(); i++) {
      lines.add(7 * i, POISON.get(i));
    }
    Path spoilt = dir.resolve("spoilt");
    ArchiveWriter.write(spoilt.resolve("m.jsonl"), String.join("\n", lines));

    Prepared prepared = stage(InputsForTests.of(spoilt), REJECT_MESSAGE);
    Map<String, Session> found = sessions(prepared);
    assertThat(found.remove("p3").messages()).hasSize(1);
    assertThat(found.remove("p6").messages()).extracting(m -> m.content()).containsExactly("a");
    assertThat(found).isEqualTo(sessions(stage(InputsForTests.of(clean), REJECT_MESSAGE)));

    Counts counts = prepared.counts();
    assertThat(counts.records()).isEqualTo(lines.size());
    assertThat(counts.sessions()).isEqualTo(sessions.size() + 2);
    assertThat(counts.sessionsSeen()).isEqualTo(sessions.size() + 4);
    assertThat(counts.rejectedMessages()).isEqualTo(3);
    assertThat(counts.rejected())
        .containsExactlyInAnyOrder(
            new RejectedCount("session", "no_user_turn", 2),
            new RejectedCount("message", "unknown_role", 2),
            new RejectedCount("message", "duplicate_turn", 1),
            new RejectedCount("message", "empty_content", 1),
            new RejectedCount("record", "malformed_json", 1),
            new RejectedCount("record", "not_an_object", 1),
            new RejectedCount("record", "missing_session_id", 1),
            new RejectedCount("record", "blank_session_id", 1),
            new RejectedCount("record", "missing_messages", 1),
            new RejectedCount("record", "duplicate_session", 1));
  }

  @Test
  void theRejectedTableSaysWhereAndWhy() {
    Path file = dir.resolve("in/m.jsonl");
    ArchiveWriter.write(file, message("p3", 0, "user", "fine") + "\n" + POISON.get(6));
    Prepared prepared = stage(InputsForTests.of(file), REJECT_MESSAGE);
    List<Row> rows = StagedForTests.rejected(SPARK, prepared).collectAsList();
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).json())
        .isEqualTo(
            "{\"scope\":\"message\",\"code\":\"unknown_role\",\"detail\":\"the role"
                + " \\\"pirate\\\"\",\"source_file\":\""
                + file
                + "\",\"line\":2,\"position\":60,\"tenant\":null,\"session_id\":\"p3\"}");
  }

  @Test
  void aBadMessageTakesItsSessionAlongIfToldTo() {
    Path file = dir.resolve("in/m.jsonl");
    ArchiveWriter.write(file, String.join("\n", POISON));
    Prepared prepared = stage(InputsForTests.of(file), REJECT_SESSION);
    assertThat(sessions(prepared).keySet()).containsExactly("p6");
    assertThat(prepared.counts().rejected())
        .contains(new RejectedCount("session", "bad_message", 2));
    assertThat(prepared.counts().records()).isEqualTo(POISON.size());
    assertThat(prepared.counts().sessionsSeen()).isEqualTo(4);
  }

  @Test
  void gzipOfManyMembersIsReadToItsEnd() throws IOException {
    ArchiveWriter.gzip(dir.resolve("in/a"), List.of(message("a", 0, "user", "x"), ""));
    ArchiveWriter.gzip(dir.resolve("in/b"), List.of(message("b", 0, "user", "x"), ""));
    byte[] first = Files.readAllBytes(dir.resolve("in/a"));
    byte[] second = Files.readAllBytes(dir.resolve("in/b"));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    Files.write(dir.resolve("ab.jsonl.gz"), both);
    assertThat(sessions(stage(InputsForTests.of(dir.resolve("ab.jsonl.gz")), REJECT_MESSAGE)))
        .containsOnlyKeys("a", "b");
  }

  @Test
  void aTenantIsPartOfTheIdentity() {
    ArchiveWriter.write(
        dir.resolve("in/m.csv"),
        "tenant,session_id,role,content\nx,s,user,one\ny,s,user,two\n,s,user,three\n");
    Prepared prepared = stage(InputsForTests.of(dir.resolve("in")), REJECT_MESSAGE);
    assertThat(prepared.counts().sessions()).isEqualTo(3);
    assertThat(prepared.counts().characters()).isEqualTo(11);
  }

  @Test
  void filesInTheShapesThatOtherProjectsPublish() {
    for (String name :
        List.of(
            "sharegpt.json",
            "alpaca.json",
            "tool_calls.json",
            "reasoning.jsonl",
            "typed_messages.jsonl",
            "openai_batch.jsonl")) {
      ArchiveWriter.write(
          dir.resolve("in").resolve(name), ArchiveForTests.resource("/shapes/" + name));
    }
    Prepared prepared = stagePublished();
    Map<String, List<Session>> byFile = byFile(prepared);
    assertThat(byFile).containsOnlyKeys("greeting", "tool", "reasoning", "typed", "request");
    assertThat(byFile.get("greeting")).hasSize(3);
    assertThat(byFile.get("typed")).hasSize(3);
    assertThat(roles(byFile.get("reasoning").get(0))).containsExactly(Role.SYSTEM, Role.USER);
    assertThat(byFile.get("request"))
        .hasSize(2)
        .extracting(session -> session.messages().get(1).content())
        .containsOnly("Good morning, may we come in?");
    assertThat(byFile.get("tool"))
        .hasSize(2)
        .allSatisfy(session -> assertThat(session.carried()).containsKey("tools"))
        .anySatisfy(
            session ->
                assertThat(roles(session))
                    .containsExactly(
                        Role.USER,
                        Role.ASSISTANT,
                        Role.TOOL,
                        Role.ASSISTANT,
                        Role.USER,
                        Role.ASSISTANT));
    assertThat(prepared.counts().rejected())
        .containsExactly(
            new RejectedCount("record", "missing_session_id", 2),
            new RejectedCount("message", "unsupported_content", 1));
  }

  @Test
  @SharedData.Needed
  void filesAsOtherProjectsPublishThem() throws IOException {
    for (String name :
        List.of(
            "fastchat_sharegpt.json",
            "llamafactory_alpaca.json",
            "llamafactory_glaive_toolcall.json",
            "llamafactory_reasoning.jsonl",
            "llamafactory_typed_messages.jsonl",
            "vllm_openai_batch.jsonl")) {
      ArchiveWriter.write(
          dir.resolve("in").resolve(name),
          Files.readString(SharedData.path("golden/foreign").resolve(name)));
    }
    Prepared prepared = stagePublished();
    Map<String, List<Session>> byFile = byFile(prepared);
    assertThat(byFile).containsOnlyKeys("identity", "llamafactory", "request");
    assertThat(byFile.get("identity")).hasSize(3);
    assertThat(byFile.get("request")).hasSize(2);
    assertThat(byFile.get("llamafactory")).hasSize(6);
    assertThat(prepared.counts().rejected())
        .containsExactly(
            new RejectedCount("record", "missing_session_id", 2),
            new RejectedCount("message", "unsupported_content", 1));
  }

  private Prepared stagePublished() {
    return stage(
        InputsForTests.of(List.of("tools"), InputConfig.MissingSessionId.DERIVE, dir.resolve("in")),
        REJECT_MESSAGE);
  }

  /** By the beginning of their ids: the archive's own, or the name of the file. */
  private static Map<String, List<Session>> byFile(Prepared prepared) {
    return sessions(prepared).values().stream()
        .collect(Collectors.groupingBy(s -> s.key().sessionId().replaceAll(".*/|[_.#-].*", "")));
  }

  private static List<Role> roles(Session session) {
    return session.messages().stream().map(Message::role).toList();
  }

  @Test
  void countingWithoutStagingGivesTheSameCounts() {
    ArchiveWriter.write(dir.resolve("in/m.jsonl"), String.join("\n", POISON));
    InputConfig input = InputsForTests.of(dir.resolve("in"));
    assertThat(
            Prepare.count(
                Archive.open(SPARK, input).entries(),
                InputsForTests.rules(REJECT_MESSAGE, false),
                new BucketPlan(3, 1)))
        .isEqualTo(stage(input, REJECT_MESSAGE).counts());
  }

  @Test
  void nothingInGivesNothingOut() throws IOException {
    Files.createDirectory(dir.resolve("in"));
    Files.createFile(dir.resolve("in/empty.jsonl"));
    Prepared prepared = stage(InputsForTests.of(dir.resolve("in")), REJECT_MESSAGE);
    assertThat(prepared.counts())
        .isEqualTo(new Counts(0, StagedBucket.Contents.NONE, 0, List.of(), Counts.Changes.NONE, 0));
    assertThat(StagedForTests.sessions(SPARK, prepared).count()).isZero();
  }

  @Test
  void everyBucketIsOneFileAndBucketsNeverChange() throws IOException {
    ArchiveWriter.write(
        dir.resolve("in/s.jsonl"),
        ArchiveForTests.sessions().stream()
            .map(JsonNode::toString)
            .collect(Collectors.joining("\n")));
    Prepared prepared = stage(InputsForTests.of(dir.resolve("in")), REJECT_MESSAGE);
    try (Stream<Path> files = Files.walk(Path.of(prepared.stagingDir()))) {
      Map<Path, Long> parquet =
          files
              .filter(file -> file.toString().endsWith(".parquet"))
              .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
      assertThat(parquet).hasSize(4).allSatisfy((bucket, count) -> assertThat(count).isOne());
    }
    List<Row> rows = StagedForTests.sessions(SPARK, prepared).collectAsList();
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(row.<Integer>getAs(StagedRows.BUCKET))
                    .isEqualTo(KeyHash.bucket(StagedRows.session(row).key(), 4)));
  }

  private Prepared stage(InputConfig input, CheckConfig check) {
    try {
      Path staging = Files.createTempDirectory(dir, "staging");
      return Prepare.stage(
          Archive.open(SPARK, input).entries(),
          InputsForTests.rules(check, false),
          new BucketPlan(4, 4),
          StagedForTests.target(staging));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, Session> sessions(Prepared prepared) {
    return StagedForTests.sessions(SPARK, prepared).collectAsList().stream()
        .map(StagedRows::session)
        .collect(Collectors.toMap(session -> session.key().sessionId(), session -> session));
  }

  private static String message(String session, int turn, String role, String content) {
    return String.format(
        Locale.ROOT,
        "{\"session_id\":\"%s\",\"turn\":%d,\"role\":\"%s\",\"content\":\"%s\"}",
        session,
        turn,
        role,
        content);
  }
}
