package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.ForkedJob;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.OutputForTests;
import io.turnmill.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs in processes whose locale, character set and time zone are not those of the tests. */
class LocaleRunTest {
  /** Of each process; the locales need not be installed. */
  private static final Map<String, List<String>> FLAGS =
      Map.of(
          "english", List.of("-Duser.language=en", "-Duser.country=US"),
          // I and i are not one letter in two cases; nowhere else does a day begin at 18:30 UTC.
          "german", List.of("-Duser.language=de", "-Duser.country=DE"),
          "turkish",
              List.of("-Duser.language=tr", "-Duser.country=TR", "-Duser.timezone=Asia/Kolkata"),
          // Digits are others. From Java 18 on the character set is UTF-8 unless it is set.
          "arabic",
              List.of("-Duser.language=ar", "-Duser.country=EG", "-Dfile.encoding=ISO-8859-1"));

  private static final String SENTENCE =
      "turnmill: The locale's encoding is ANSI_X3.4-1968, not UTF-8: file names and arguments would"
          + " be garbled. Set LC_ALL to a locale with UTF-8, such as C.UTF-8, and start again.";

  @TempDir Path folder;

  @Test
  @Tag("slow")
  void resultsAreTheSameInEnglishAndTurkish() throws Exception {
    assertSameUnder(List.of("english", "turkish"));
  }

  @Test
  @Tag("slow")
  void resultsAreTheSameUnderEveryLocale() throws Exception {
    assertSameUnder(List.of("english", "german", "turkish", "arabic"));
  }

  /** Of an archive of our own and, where they are there, of trials, as they say what comes out. */
  private void assertSameUnder(List<String> locales) throws Exception {
    List<Path> inputs = new ArrayList<>(List.of(ownArchive()));
    if (SharedData.isPresent()) {
      inputs.add(SharedData.trials("13-posix-locale/in"));
      inputs.add(SharedData.trials("14-turkish-locale/in"));
    }

    List<String> results = answersUnder(locales, inputs);

    assertThat(results)
        .hasSize(SharedData.isPresent() ? 8 : 4)
        .anySatisfy(row -> assertThat(row).contains("[one,", ",ok,", "user,Is it in İzmir?"))
        .anySatisfy(row -> assertThat(row).contains("[two,", ",ok,", "user,请推荐一个北京的景点。"))
        .anySatisfy(row -> assertThat(row).contains("[three,", ",ok,", "user,First."))
        .anySatisfy(row -> assertThat(row).contains("unknown_role", "对话-März.csv"));
    if (SharedData.isPresent()) {
      assertHoldsTrials(results);
    }
  }

  private Path ownArchive() throws IOException {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(
        input.resolve("CHATS.JSONL"),
        """
        {"session_id": "one", "messages": [{"role": "VISITOR", "content": "Is it in İzmir?"}]}
        """);
    Files.writeString(
        input.resolve("对话-März.csv"),
        """
        session_id,timestamp,role,content
        two,2024-03-01T22:30:00,ASSISTANT,Hello.
        two,2024-03-01T22:31:00,CLIENT,请推荐一个北京的景点。
        three,2024-03-01T22:32:00,VISITOR,First.
        three,2024-03-01T22:33:00,ALIEN,Second.
        """);
    return input;
  }

  /** As {@code EXPECTED.txt} of the two says. */
  private void assertHoldsTrials(List<String> results) throws IOException {
    assertThat(results.stream().filter(row -> row.contains(",ok,"))).hasSize(7);
    assertThat(results)
        .anySatisfy(row -> assertThat(row).contains("[a3,", "你好，请推荐一个北京的景点。"))
        .anySatisfy(row -> assertThat(row).contains("[a1,", "San Jose tomorrow."))
        .anySatisfy(
            row -> assertThat(row).contains("[tr1,", "system,Be brief.", "hotel?", "user,Friday"))
        .anySatisfy(row -> assertThat(row).contains("[tr2,", "user,any film?"));
    assertThat(written("english", "input.json"))
        .contains("/plain.jsonl", "/对话-März.jsonl", "/CHATS.JSONL", "/TINY.CSV");
  }

  @Test
  void withoutUtf8NothingIsRunAndOneSentenceSaysWhatToSet() throws Exception {
    Path input = Files.writeString(folder.resolve("März.jsonl"), JobForTests.session("s", "Hi"));
    ForkedJob job = new ForkedJob(folder.resolve("posix"));
    Map<String, String> posix = Map.of("LC_ALL", "C");

    int status = job.run(List.of(), posix, Main.class, arguments("posix", List.of(input)));

    assertThat(status).isEqualTo(ExitCode.SETUP.status());
    assertThat(job.printed().strip()).isEqualTo(SENTENCE);
    assertThat(folder.resolve("posix/out")).doesNotExist();
    assertThat(job.run(List.of(), posix, Main.class, List.of("run", "--help"))).isZero();
  }

  /** Runs under each locale; the results of all are those of the first, which is English. */
  private List<String> answersUnder(List<String> locales, List<Path> inputs) throws Exception {
    List<String> english = answers("english", inputs);
    for (String name : locales.subList(1, locales.size())) {
      assertThat(answers(name, inputs)).as(name).isEqualTo(english);
      assertThat(manifest(name)).as(name).isEqualTo(manifest("english"));
      assertThat(written(name, "input.json")).isEqualTo(written("english", "input.json"));
    }
    return english;
  }

  /** The rows of one run, of both tables. */
  private List<String> answers(String name, List<Path> inputs) throws Exception {
    ForkedJob job = new ForkedJob(folder.resolve(name));
    int status = job.run(FLAGS.get(name), Map.of(), Main.class, arguments(name, inputs));
    assertThat(status).as(job.printed()).isZero();
    assertThat(job.printed())
        .contains("1,024 tokens in a pass", "100.0 %")
        .doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
    assertThat(files(name)).allSatisfy(file -> assertThat(file).matches("\\p{ASCII}*"));
    OutputForTests output = new OutputForTests(folder.resolve(name).resolve("out"));
    return Stream.concat(output.results().stream(), output.rejected().stream())
        .map(Row::toString)
        .sorted()
        .toList();
  }

  private List<String> files(String name) throws IOException {
    Path output = folder.resolve(name).resolve("out");
    try (Stream<Path> files = Files.walk(output)) {
      return files.map(file -> output.relativize(file).toString()).toList();
    }
  }

  /** Without what is another in every run. */
  private JsonNode manifest(String name) throws IOException {
    ObjectNode manifest = (ObjectNode) new ObjectMapper().readTree(written(name, "run.json"));
    ((ObjectNode) manifest.path("settings")).remove("output.path");
    return manifest.remove(List.of("started_at", "finished_at", "engine"));
  }

  private String written(String name, String file) throws IOException {
    return Files.readString(folder.resolve(name).resolve("out/_turnmill").resolve(file));
  }

  private List<String> arguments(String name, List<Path> inputs) {
    List<String> all = new ArrayList<>(List.of("run", "--progress=none"));
    all.addAll(List.of("--model", JobForTests.MODEL));
    inputs.forEach(input -> all.addAll(List.of("--input", input.toString())));
    all.addAll(List.of("--output", folder.resolve(name).resolve("out").toString()));
    all.add("--set=limits.max_rejected_share=1");
    all.add("--set=prompt.system_prompt=你是一个乐于助人的助手，请用一句话回答。");
    all.add("--set=sampling.stop=[\"再见\"]");
    all.add("--set=sampling.max_tokens=8");
    all.add("--set=output.buckets=2");
    // Whether a prompt is taken from another one's depends on which of them is begun first.
    all.add("--set=engine.enable_prefix_caching=false");
    // And the last digits of a log-probability, on who is computed together.
    all.add("--set=engine.max_num_seqs=1");
    return all;
  }
}
