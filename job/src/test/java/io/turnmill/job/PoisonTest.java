package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One record in a hundred is bad, each in another way; the others never notice. */
class PoisonTest {
  private static final int EVERY = 100;

  @TempDir Path folder;

  /** Bad records, each with the code that it must get. */
  private static List<Map.Entry<String, String>> poison() {
    return List.of(
        Map.entry("{\"session_id\":\"p0\",\"messages\":[", "malformed_json"),
        Map.entry("[1, 2]", "not_an_object"),
        Map.entry("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", "missing_session_id"),
        Map.entry(poisonSession("  ", "\"role\":\"user\",\"content\":\"x\""), "blank_session_id"),
        Map.entry("{\"session_id\":\"p4\",\"messages\":7}", "missing_messages"),
        Map.entry(poisonSession("p5", "\"content\":\"x\""), "missing_role"),
        Map.entry(poisonSession("p6", "\"role\":\"wizard\",\"content\":\"x\""), "unknown_role"),
        Map.entry(poisonSession("p7", "\"role\":\"user\""), "missing_content"),
        Map.entry(poisonSession("p8", "\"role\":\"user\",\"content\":\" \""), "empty_content"),
        Map.entry(poisonSession("p9", "\"role\":\"user\",\"content\":7"), "unsupported_content"),
        Map.entry(poisonSession("p10", "\"role\":\"assistant\",\"content\":\"x\""), "no_user_turn"),
        Map.entry(
            poisonSession("p11", "\"role\":\"user\",\"content\":\"" + "word ".repeat(9000) + '"'),
            "prompt_too_long"),
        Map.entry(poisonSession("s1", "\"role\":\"user\",\"content\":\"x\""), "duplicate_session"),
        Map.entry("\u00ff", "invalid_utf8"));
  }

  private static String poisonSession(String id, String message) {
    return "{\"session_id\":\"" + id + "\",\"messages\":[{" + message + "}]}";
  }

  @Test
  void badRecordsAreRejectedWithTheirCodesAndTheOthersAreAsInACleanRun() throws IOException {
    List<Map.Entry<String, String>> poison = poison();
    ByteArrayOutputStream clean = new ByteArrayOutputStream();
    ByteArrayOutputStream spoilt = new ByteArrayOutputStream();
    Map<Long, String> expected = new TreeMap<>();
    long line = 0;
    for (int i = 0; i < poison.size() * EVERY; i++) {
      if (i % EVERY == EVERY / 2) {
        Map.Entry<String, String> bad = poison.get(i / EVERY);
        boolean bytes = bad.getValue().equals("invalid_utf8");
        spoilt.writeBytes(
            bad.getKey().getBytes(bytes ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
        spoilt.write('\n');
        expected.put(++line, bad.getValue());
      }
      byte[] good = JobForTests.session("s" + i, "Question " + i).getBytes(StandardCharsets.UTF_8);
      clean.writeBytes(good);
      spoilt.writeBytes(good);
      line++;
    }
    JobForTests first = run("clean", clean);
    JobForTests second = run("spoilt", spoilt);

    assertThat(second.answers()).hasSize(poison.size() * EVERY).isEqualTo(first.answers());
    assertThat(first.rejected()).isEmpty();
    Map<Long, Set<String>> found = new TreeMap<>();
    for (Row row : second.rejected()) {
      found
          .computeIfAbsent(row.<Long>getAs("line"), n -> new TreeSet<>())
          .add(row.<String>getAs("code"));
    }
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((at, code) -> assertThat(found.get(at)).as("line %d", at).contains(code));
    List<Long> records = new ArrayList<>();
    for (JobForTests job : List.of(first, second)) {
      records.add(job.manifest().at("/books/records").asLong());
    }
    assertThat(records.get(1) - records.get(0)).isEqualTo(poison.size());
  }

  private JobForTests run(String name, ByteArrayOutputStream lines) throws IOException {
    Path input = Files.write(folder.resolve(name + ".jsonl"), lines.toByteArray());
    JobForTests job = new JobForTests(folder.resolve(name), FakeModelLoader::new);
    assertThat(job.run("--input", input.toString(), "--set", "output.buckets=4"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    return job;
  }
}
