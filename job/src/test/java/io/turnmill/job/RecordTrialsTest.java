package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.SharedData;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives as people have them, with what their notes expect of each. */
@SharedData.Needed
class RecordTrialsTest {
  private static final String JSON = "28-json-as-python-writes-it/";

  @TempDir Path folder;

  private JobForTests job(String input, ExitCode expected) {
    JobForTests job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
    assertThat(job.run("--input", SharedData.trials(input).toString()))
        .as(input)
        .isEqualTo(expected);
    return job;
  }

  private static List<String> sessions(JobForTests job) {
    return job.results().stream().map(row -> row.<String>getAs("session_id")).sorted().toList();
  }

  @Test
  void numbersThatJsonHasNotAreRead() {
    assertThat(sessions(job(JSON + "nan.jsonl", ExitCode.OK))).containsExactly("n1", "n2", "n3");
  }

  @Test
  void anObjectOverSeveralLinesIsRead() {
    assertThat(sessions(job(JSON + "pretty.json", ExitCode.OK))).containsExactly("p1");
  }

  @Test
  void aListInsideOfAnObjectIsOneRejectionThatSaysWhatIsThere() {
    JobForTests job = job(JSON + "wrapped.json", ExitCode.TOO_MANY_FAILURES);
    assertThat(job.rejected())
        .singleElement()
        .satisfies(
            row -> assertThat(row.<String>getAs("detail")).contains("there are version, data"));
    assertThat(job.err()).contains("missing_session_id", "input.fields.session_id");
  }

  @Test
  void timesOfAllKinds() {
    JobForTests job = job("29-times-of-all-kinds/in.jsonl", ExitCode.OK);
    Instant half = Instant.parse("2024-03-10T02:30:00Z");
    Map<String, Instant> expected = new TreeMap<>();
    for (String session : List.of("iso", "sec", "ms", "us", "ns", "text", "rfc")) {
      expected.put(session, half);
    }
    expected.put("space", half.plusNanos(123_456_000));
    expected.put("nocolon", Instant.parse("2024-03-09T18:30:00Z"));
    expected.put("secfrac", half.plusMillis(123));
    expected.put("zero", Instant.EPOCH);
    assertThat(times(job)).isEqualTo(expected);
    assertThat(sessions(job)).contains("slash", "empty", "null").hasSize(14);
    assertThat(job.rejected())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.<String>getAs("scope")).isEqualTo("timestamp");
              assertThat(row.<String>getAs("code")).isEqualTo("invalid_timestamp");
              assertThat(row.<String>getAs("session_id")).isEqualTo("slash");
              assertThat(row.<String>getAs("detail")).contains("\"00/00/0000 00:00\"");
            });
  }

  @Test
  void microseconds() {
    Map<String, Instant> expected = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      expected.put("u" + i, Instant.parse("2024-03-10T02:30:00Z").plusNanos(1000L * i));
    }
    assertThat(times(job("29-times-of-all-kinds/micros.jsonl", ExitCode.OK))).isEqualTo(expected);
  }

  /** Of the first message of each session that has one. */
  private static Map<String, Instant> times(JobForTests job) {
    Map<String, Instant> times = new TreeMap<>();
    for (Row row : job.results()) {
      Row first = (Row) row.getList(row.fieldIndex("messages")).get(0);
      Object time = first.getAs("timestamp");
      if (time instanceof Timestamp at) {
        times.put(row.getAs("session_id"), at.toInstant());
      } else if (time != null) {
        times.put(row.getAs("session_id"), (Instant) time);
      }
    }
    return times;
  }
}
