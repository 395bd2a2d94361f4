package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.ArchiveWriter;
import io.turnmill.job.testing.Faults;
import io.turnmill.job.testing.FaultyModelLoader;
import io.turnmill.job.testing.FaultyTokenizer;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SessionsForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In every layout some of many sessions throw at each step; the others never notice. */
class FaultsRunTest {
  private static final int SESSIONS = 400;
  private static final List<String> STEPS = List.of("render", "tokenize", "vocabulary");

  @TempDir Path folder;

  /** Of each step seven sessions throw, each another exception. */
  private static String mark(int session) {
    int step = session % 40;
    int kind = session / 40;
    return step < STEPS.size() && kind < Faults.KINDS
        ? " " + Faults.mark(STEPS.get(step), STEPS.get(step).equals("vocabulary") ? 0 : kind)
        : "";
  }

  @Test
  void theOthersAnswersAreThoseOfARunWithoutFaultsInEveryLayout() throws IOException {
    List<JsonNode> sessions = SessionsForTests.made(SESSIONS, FaultsRunTest::mark);
    Map<String, String> clean = run("sessions", sessions, false).results;
    assertThat(clean).hasSize(SESSIONS).allSatisfy((id, row) -> assertThat(row).contains("ok"));

    for (String layout : ArchiveWriter.layouts().keySet()) {
      FaultyTokenizer.UNDECODED.set(0);
      FaultyTokenizer.UNACCEPTED.set(0);
      Out faulty = run(layout, sessions, true);

      assertThat(faulty.results.keySet()).as(layout).isEqualTo(clean.keySet());
      Map<String, Integer> steps = new TreeMap<>();
      faulty.results.forEach(
          (id, row) -> {
            if (faulty.failures.containsKey(id)) {
              steps.merge(checked(id, faulty.failures.get(id)), 1, Integer::sum);
            } else {
              assertThat(row).as("%s: %s", layout, id).isEqualTo(clean.get(id));
            }
          });
      assertThat(steps)
          .as(layout)
          .containsEntry("render", Faults.KINDS)
          .containsEntry("tokenize", Faults.KINDS)
          .containsEntry("begin", Faults.KINDS)
          .containsEntry("decode", FaultyTokenizer.UNDECODED.get())
          .containsEntry("accept", FaultyTokenizer.UNACCEPTED.get());
      assertThat(FaultyTokenizer.UNDECODED.get()).isGreaterThanOrEqualTo(Faults.KINDS);
      assertThat(FaultyTokenizer.UNACCEPTED.get()).isPositive();
    }
  }

  /** The step at which a session failed, as it should. */
  private static String checked(String id, String failure) {
    int number = Integer.parseInt(id.substring(1));
    assertThat(failure).doesNotContain(Faults.SECRET);
    if (mark(number).contains("tokenize")) {
      int kind = number / 40;
      assertThat(failure).isEqualTo(Faults.code(kind) + " " + Faults.detail("tokenize", kind));
      return "tokenize";
    }
    if (mark(number).contains("vocabulary")) {
      assertThat(failure).isEqualTo("bug begin: java.lang.IllegalStateException");
      return "begin";
    }
    if (failure.equals("internal_error accept: java.lang.NullPointerException")) {
      return "accept";
    }
    String step = mark(number).contains("render") ? "render" : "decode";
    Set<String> possible = new TreeSet<>();
    for (int kind = 0; kind < Faults.KINDS; kind++) {
      possible.add(Faults.code(kind) + " " + Faults.detail(step, kind));
    }
    // The interpreter itself knows what a stack overflow means.
    possible.add("template_error");
    assertThat(possible).contains(failure);
    return step;
  }

  @Test
  void failuresCountAgainstTheirLimitAndTheSameCommandDoesNotStopAtThemAgain() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      String mark = i < 2 ? Faults.mark("tokenize", i == 0 ? 1 : 2) : "";
      lines.append(JobForTests.session("s" + i, "Question " + i + mark));
    }
    Path input = Files.writeString(folder.resolve("in.jsonl"), lines);
    JobForTests job = job(folder.resolve("out"), true);
    assertThat(job.run("--input", input.toString())).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.err()).contains("limits.max_failed_share").doesNotContain(Faults.SECRET);
    assertThat(job.out()).contains("internal_error", "bug").doesNotContain(Faults.SECRET);

    assertThat(job.run("--input", input.toString(), "--set", "limits.max_failed_share=1"))
        .isEqualTo(ExitCode.OK);
    JsonNode books = job.manifest().path("books");
    int internal = books.at("/failed_by_code/internal_error").asInt();
    int bugs = books.at("/failed_by_code/bug").asInt();
    assertThat(internal).isPositive();
    assertThat(bugs).isPositive();
    assertThat(books.path("failed").asInt()).isEqualTo(internal + bugs);
    assertThat(books.path("ok").asInt()).isPositive().isEqualTo(8 - internal - bugs);
  }

  private static JobForTests job(Path output, boolean faulty) {
    return new JobForTests(output, options -> new FaultyModelLoader(options, faulty));
  }

  /**
   * What a run wrote.
   *
   * @param results what is compared of each session, in results or rejected
   * @param failures code and detail of those that failed, or their code if they were rejected
   */
  private record Out(Map<String, String> results, Map<String, String> failures) {}

  private Out run(String layout, List<JsonNode> sessions, boolean faulty) throws IOException {
    Path at = Files.createTempDirectory(folder, "run");
    ArchiveWriter.layouts().get(layout).accept(sessions, at.resolve("in"));
    JobForTests job = job(at.resolve("out"), faulty);
    ExitCode code =
        job.run(
            "--input",
            at.resolve("in").toString(),
            "--set=output.buckets=2",
            "--set=input.carry=[source]",
            "--set=limits.max_failed_share=1",
            "--set=limits.max_rejected_share=1");
    assertThat(code).as(job.err()).isEqualTo(ExitCode.OK);
    Map<String, String> results = new TreeMap<>();
    Map<String, String> failures = new TreeMap<>();
    for (Row row : job.results()) {
      String id = row.getAs("session_id");
      results.put(id, compared(row));
      if (row.getAs("status").equals("failed")) {
        failures.put(id, row.getAs("error_code") + " " + row.getAs("error_detail"));
        assertThat(row.getList(row.fieldIndex("replies"))).isEmpty();
      }
    }
    for (Row row : job.rejected()) {
      results.put(row.getAs("session_id"), "");
      failures.put(row.getAs("session_id"), row.getAs("code"));
    }
    return new Out(results, failures);
  }

  /**
   * All columns but the bucket, which differs where records hold whole sessions, and what slots
   * shared.
   */
  private static String compared(Row row) {
    return List.of(row.schema().fieldNames()).stream()
        .filter(name -> !name.equals("bucket"))
        .map(name -> name.equals("replies") ? replies(row) : "" + row.getAs(name))
        .collect(Collectors.joining("|"));
  }

  private static String replies(Row row) {
    return row.<Row>getList(row.fieldIndex("replies")).stream()
        .map(
            reply ->
                List.of(reply.schema().fieldNames()).stream()
                    .filter(name -> !name.equals("cached_tokens"))
                    .map(name -> "" + reply.getAs(name))
                    .collect(Collectors.joining(",")))
        .collect(Collectors.joining(";"));
  }
}
