package io.turnmill.job;

import static io.turnmill.job.testing.InputsForTests.REJECT_MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.CheckConfig;
import io.turnmill.job.config.InputConfig;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.Archive;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.testing.ArchiveForTests;
import io.turnmill.job.testing.ArchiveWriter;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StagedForTests;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** From files to staged sessions, with Spark. */
class ReadAndPrepareTest {
  private static final SparkSession SPARK = SparkForTests.session();

  @TempDir Path dir;

  @TestFactory
  Stream<DynamicTest> sameSessionsInEveryLayout() {
    return inEveryLayout(ArchiveForTests.sessions());
  }

  @TestFactory
  @SharedData.Needed
  Stream<DynamicTest> samePublishedSessionsInEveryLayout() throws IOException {
    Path published = SharedData.path("golden/archive/sessions.jsonl");
    return inEveryLayout(ArchiveForTests.records(Files.readString(published)));
  }

  private Stream<DynamicTest> inEveryLayout(List<JsonNode> sessions) {
    return ArchiveWriter.layouts().entrySet().stream()
        .map(
            layout ->
                DynamicTest.dynamicTest(
                    layout.getKey(),
                    () -> {
                      Path folder = Files.createTempDirectory(dir, "layout");
                      layout.getValue().accept(sessions, folder);
                      InputConfig input = InputsForTests.carrying(List.of("source"), folder);
                      Prepared prepared = stage(input, REJECT_MESSAGE);
                      assertThat(sessions(prepared)).isEqualTo(expected(sessions));
                      assertThat(prepared.counts().rejected()).isEmpty();
                      assertThat(prepared.counts().sessions()).isEqualTo(sessions.size());
                    }));
  }

  private Prepared stage(InputConfig input, CheckConfig check) throws Exception {
    Path staging = Files.createTempDirectory(dir, "staging");
    return Prepare.stage(
        Archive.open(SPARK, input).entries(),
        InputsForTests.rules(check, false),
        new BucketPlan(4, 2),
        StagedForTests.target(staging));
  }

  private static Map<SessionKey, Session> sessions(Prepared prepared) {
    return StagedForTests.sessions(SPARK, prepared).collectAsList().stream()
        .map(StagedRows::session)
        .collect(Collectors.toMap(Session::key, session -> session));
  }

  private static Map<SessionKey, Session> expected(List<JsonNode> sessions) {
    return sessions.stream()
        .map(ReadAndPrepareTest::expected)
        .collect(Collectors.toMap(Session::key, session -> session));
  }

  private static Session expected(JsonNode session) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : session.get("messages")) {
      messages.add(
          new Message(
              messages.size(),
              Role.valueOf(message.get("role").asText().toUpperCase(Locale.ROOT)),
              message.get("content").asText(),
              Optional.empty(),
              Optional.empty()));
    }
    SessionKey key = new SessionKey(Optional.empty(), session.get("session_id").asText());
    return new Session(key, messages, Map.of("source", session.get("source").asText()));
  }
}
