package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.Archive;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StagedForTests;
import io.turnmill.session.Message;
import io.turnmill.session.Session;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetTypesTest {
  private static final SparkSession SPARK = SparkForTests.session();

  @TempDir Path dir;

  @Test
  void filesOfOneArchiveMayDifferInTypes() {
    write("a", "'7' session_id, 0 turn, 'user' role, 'a' content, timestamp'2024-05-01' timestamp");
    write("b", "7 session_id, '1.0' turn, 'gpt' role, 'b' content, 1714564800L timestamp");
    write("c", "7D session_id, 2.0D turn, 'user' role, 'c' content, date'2024-05-02' timestamp");
    write(
        "d", "7BD session_id, 3BD turn, 'gpt' role, 'd' content, cast(null as string) message_id");
    Session session = sessions().get("7");
    assertThat(session.messages()).extracting(Message::content).containsExactly("a", "b", "c", "d");
    assertThat(session.messages())
        .extracting(Message::timestamp)
        .containsExactly(
            Optional.of(Instant.parse("2024-05-01T00:00:00Z")),
            Optional.of(Instant.parse("2024-05-01T12:00:00Z")),
            Optional.of(Instant.parse("2024-05-02T00:00:00Z")),
            Optional.empty());
  }

  @Test
  void timestampsOfTheOldKindAreRead() {
    SPARK.conf().set("spark.sql.parquet.outputTimestampType", "INT96");
    try {
      write(
          "a",
          "'s' session_id, 'user' role, 'a' content, timestamp'2024-05-01 12:00:01.5' timestamp");
    } finally {
      SPARK.conf().unset("spark.sql.parquet.outputTimestampType");
    }
    assertThat(sessions().get("s").messages().get(0).timestamp())
        .contains(Instant.parse("2024-05-01T12:00:01.500Z"));
  }

  @Test
  void listsOfStructsAreSessions() {
    write(
        "a",
        "'s' id, array(named_struct('from', 'human', 'value', 'a'), null,"
            + " named_struct('from', 'gpt', 'value', 'b')) conversations, 5.50BD price");
    Session session = sessions().get("s");
    assertThat(session.messages()).extracting(Message::content).containsExactly("a", "b");
    assertThat(session.carried()).isEqualTo(Map.of("price", "5.50"));
  }

  @Test
  void aFileWithoutAnyKnownColumnIsCountedRowByRow() {
    write("a", "1 x, 2 y");
    assertThat(prepare().counts().rejectedOf("record")).isEqualTo(1);
  }

  private void write(String name, String columns) {
    SPARK.sql("select " + columns).coalesce(1).write().parquet(dir + "/in/" + name);
  }

  private Prepared prepare() {
    return Prepare.stage(
        Archive.open(SPARK, InputsForTests.carrying(List.of("price"), dir.resolve("in"))).entries(),
        InputsForTests.rules(InputsForTests.REJECT_MESSAGE, false),
        new BucketPlan(2, 2),
        StagedForTests.target(dir.resolve("staging")));
  }

  private Map<String, Session> sessions() {
    return StagedForTests.sessions(SPARK, prepare()).collectAsList().stream()
        .map(StagedRows::session)
        .collect(Collectors.toMap(session -> session.key().sessionId(), session -> session));
  }
}
