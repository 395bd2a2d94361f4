package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.session.Message;
import io.turnmill.session.Session;
import io.turnmill.testing.Conversations;
import io.turnmill.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of {@code samples} through a whole run, with a fake forward pass. */
class SamplesRunTest {
  private static final Path SAMPLES = JobForTests.ROOT.resolve("samples");

  /** What the conversations are made into; the others are spoilt. */
  private static final int LEAST_SESSIONS = 180;

  /** A row of a table of {@code EXPECTED.md}: line, perhaps a last line, session, what, code. */
  private static final Pattern FAULT =
      Pattern.compile(
          "\\| (\\d+)(?:–\\d+)? \\| (?:—|`([^`]+)`) \\| .* \\| (?:—|`([a-z_0-9]+)`) \\|");

  private static final Pattern GOOD = Pattern.compile("Good and whole: (.*)\\.");

  private static final Map<String, Session> WRITTEN =
      Conversations.ofSamples(JobForTests.ROOT).stream()
          .collect(Collectors.toMap(s -> s.key().sessionId(), Function.identity()));

  @TempDir Path folder;
  private JobForTests job;

  @BeforeEach
  void place() {
    job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
  }

  @Test
  void everySampleSessionComesOutOnceAsItWasWrittenAndWithAReply() throws IOException {
    assertThat(job.run("--input", SAMPLES + "/sessions", "--set=output.buckets=2"))
        .isEqualTo(ExitCode.OK);

    JsonNode manifest = job.manifest();
    JsonNode books = manifest.path("books");
    assertThat(manifest.path("state").asText()).isEqualTo("complete");
    assertThat(books.path("sessions").asInt()).isGreaterThanOrEqualTo(LEAST_SESSIONS);
    assertThat(job.rejected().toString()).isEqualTo("[]");
    assertThat(books.path("ok")).isEqualTo(books.path("sessions"));
    String contract = Files.readString(SAMPLES.resolve("FORMAT.md"));
    for (JsonNode fields : List.of(manifest, books)) {
      fields.fieldNames().forEachRemaining(name -> assertThat(contract).contains("`" + name + "`"));
    }
    List<Row> rows = job.results();
    assertThat(job.rejected()).isEmpty();
    assertThat(rows).hasSize(books.path("ok").asInt());
    assertThat(rows.stream().map(row -> row.<String>getAs("session_id"))).doesNotHaveDuplicates();
    for (Row row : rows) {
      assertThat(said(row)).isEqualTo(said(WRITTEN.get(row.<String>getAs("session_id"))));
      assertThat(row.<String>getAs("model_fingerprint"))
          .isEqualTo(manifest.path("model").path("fingerprint").asText());
      assertAnswered(row);
    }
    assertThat(Files.exists(folder.resolve("out/_turnmill/work"))).isFalse();
    assertThat(job.out()).contains("sessions in").contains("show");
  }

  @Test
  void spoiltRecordsAreRejectedEachWithItsCodeAndNoNeighbour() throws IOException {
    ExitCode code =
        job.run(
            "--input=" + SAMPLES + "/spoilt/records.jsonl",
            "--input=" + SAMPLES + "/spoilt/records.csv",
            "--set=output.buckets=2",
            "--set=limits.max_rejected_share=1");

    assertThat(code).isEqualTo(ExitCode.OK);
    Map<String, String> codes = new TreeMap<>();
    for (Row row : job.rejected()) {
      String file = Path.of(row.<String>getAs("source_file")).getFileName().toString();
      codes.merge(file + ":" + row.getAs("line"), row.getAs("code"), (a, b) -> a + "," + b);
    }
    String page = Files.readString(SAMPLES.resolve("spoilt/EXPECTED.md"));
    assertThat(codes).isEqualTo(faults(page)).hasSizeGreaterThan(20);
    Map<String, Row> rows =
        job.results().stream()
            .collect(Collectors.toMap(row -> row.getAs("session_id"), Function.identity()));
    List<String> good = good(page);
    assertThat(rows).containsKeys(good.toArray(String[]::new));
    for (Map.Entry<String, Row> row : rows.entrySet()) {
      String[] written = said(WRITTEN.get(row.getKey()));
      assertThat(written).as(row.getKey()).contains(said(row.getValue()));
      assertThat(said(row.getValue()).length == written.length)
          .as("%s is whole", row.getKey())
          .isEqualTo(good.contains(row.getKey()));
    }
  }

  /** In the same layouts. */
  @Test
  @SharedData.Needed
  void everyPublishedConversationComesOutOnceWithAReply() {
    Path published = SharedData.path("samples/sessions");
    assertThat(job.run("--input", published.toString(), "--set=output.buckets=2"))
        .isEqualTo(ExitCode.OK);
    assertThat(job.rejected()).isEmpty();
    assertThat(job.results())
        .hasSize(350)
        .allSatisfy(SamplesRunTest::assertAnswered)
        .extracting(row -> row.<String>getAs("session_id"))
        .doesNotHaveDuplicates();
  }

  /** With one reply, to its last user turn. */
  private static void assertAnswered(Row row) {
    List<Row> messages = row.getList(row.fieldIndex("messages"));
    List<Row> replies = row.getList(row.fieldIndex("replies"));
    assertThat(replies).hasSize(1);
    Row reply = replies.get(0);
    int turn = reply.<Integer>getAs("turn");
    assertThat(messages.get(turn).<String>getAs("role")).isEqualTo("user");
    assertThat(messages.subList(turn + 1, messages.size()))
        .allSatisfy(after -> assertThat(after.<String>getAs("role")).isNotEqualTo("user"));
    assertThat(reply.<Double>getAs("confidence"))
        .isEqualTo(Math.exp(reply.<Double>getAs("mean_logprob")))
        .isBetween(0.0, 1.0);
  }

  /** The codes that are to be expected, by file and line. */
  private static Map<String, String> faults(String page) {
    Map<String, String> faults = new TreeMap<>();
    String file = "";
    for (String line : page.lines().toList()) {
      file = line.startsWith("## ") ? line.substring(3) : file;
      Matcher fault = FAULT.matcher(line);
      if (fault.matches() && fault.group(3) != null) {
        faults.put(file + ":" + fault.group(1), fault.group(3));
      }
    }
    return faults;
  }

  private static List<String> good(String page) {
    return GOOD.matcher(page)
        .results()
        .flatMap(match -> List.of(match.group(1).replace("`", "").split(", ", -1)).stream())
        .toList();
  }

  /** Role and text of each message. */
  private static String[] said(Row row) {
    return row.<Row>getList(row.fieldIndex("messages")).stream()
        .map(message -> message.getAs("role") + ": " + message.getAs("content"))
        .toArray(String[]::new);
  }

  private static String[] said(Session session) {
    return session.messages().stream().map(SamplesRunTest::said).toArray(String[]::new);
  }

  private static String said(Message message) {
    return message.role().wireName() + ": " + message.content();
  }
}
