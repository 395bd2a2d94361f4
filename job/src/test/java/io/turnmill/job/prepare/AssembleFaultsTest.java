package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.clean.CleanSteps;
import io.turnmill.clean.SampleRule;
import io.turnmill.job.read.Archive;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.job.testing.ArchiveForTests;
import io.turnmill.job.testing.ArchiveWriter;
import io.turnmill.job.testing.Faults;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.SessionsForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.session.Assembled;
import io.turnmill.session.ParsedRecord.Entry;
import io.turnmill.session.SessionAssembler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Some sessions of a thousand throw while they are put together; the others never notice. */
class AssembleFaultsTest {
  private static final int SESSIONS = 1000;
  private static final int EVERY = 97;

  @TempDir Path dir;

  @TestFactory
  Stream<DynamicTest> everyLayout() {
    List<JsonNode> sessions = SessionsForTests.made(SESSIONS);
    return ArchiveWriter.layouts().entrySet().stream()
        .map(
            layout ->
                DynamicTest.dynamicTest(
                    layout.getKey(),
                    () -> {
                      Path folder = Files.createTempDirectory(dir, "layout");
                      layout.getValue().accept(sessions, folder);
                      othersAreAssembledAsEver(folder);
                    }));
  }

  private static void othersAreAssembledAsEver(Path folder) {
    Map<String, JsonNode> clean = staged(folder, AssembleFaultsTest::assemble);
    Map<String, JsonNode> faulty =
        staged(
            folder,
            entries -> {
              int kind = kind(entries.get(0).key().sessionId());
              if (kind >= 0) {
                Faults.raise(kind);
              }
              return assemble(entries);
            });

    assertThat(clean).hasSize(SESSIONS);
    assertThat(faulty.keySet()).isEqualTo(clean.keySet());
    int faults = 0;
    for (Map.Entry<String, JsonNode> session : faulty.entrySet()) {
      JsonNode good = clean.get(session.getKey());
      int kind = kind(session.getKey());
      if (kind < 0) {
        assertThat(session.getValue()).isEqualTo(good);
        continue;
      }
      faults++;
      JsonNode row = session.getValue();
      assertThat(row.path("table").asText()).isEqualTo(StagingRows.REJECTED);
      assertThat(row.path("scope").asText()).isEqualTo("session");
      assertThat(row.path("code").asText()).isEqualTo(Faults.code(kind));
      assertThat(row.path("detail").asText()).isEqualTo(Faults.detail("assemble", kind));
      for (String same : List.of("bucket", "record_count", "source_file", "line", "position")) {
        assertThat(row.get(same)).as(same).isEqualTo(good.get(same));
      }
    }
    assertThat(faults).isGreaterThan(Faults.KINDS);
  }

  /** The exception that a session throws, or -1. */
  private static int kind(String id) {
    int number = Integer.parseInt(id.substring(1));
    return number % EVERY == 3 ? number / EVERY % Faults.KINDS : -1;
  }

  private static Assembled assemble(List<Entry> entries) {
    return SessionAssembler.assemble(entries, new SessionAssembler.Rules(false, false, true));
  }

  /** The row of each session. */
  private static Map<String, JsonNode> staged(
      Path folder, Function<List<Entry>, Assembled> assembler) {
    SparkSession spark = SparkForTests.session();
    Column[] order = EntryRows.ORDER.stream().map(name -> col(name)).toArray(Column[]::new);
    List<Row> entries =
        Archive.open(spark, InputsForTests.carrying(List.of("source"), folder))
            .entries()
            .withColumn(StagedRows.BUCKET, lit(1))
            .sort(order)
            .collectAsList();
    List<Row> rows = new ArrayList<>();
    new SessionStream(entries.iterator(), assembler, CleanSteps.NONE, SampleRule.ALL)
        .forEachRemaining(rows::add);
    Map<String, JsonNode> staged = new TreeMap<>();
    for (String json : spark.createDataFrame(rows, StagingRows.ENCODED).toJSON().collectAsList()) {
      JsonNode row = ArchiveForTests.parse(json);
      assertThat(staged.put(row.path("session_id").asText(), row)).isNull();
    }
    return staged;
  }
}
