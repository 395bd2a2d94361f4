package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.ForkedJob;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StoppingModelLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run over documents whose process gets SIGKILL in one of its steps is resumed in that step, and
 * ends as one that was not killed.
 */
class KilledDocumentsIT {
  private static final int BUCKETS = 4;

  @TempDir Path folder;

  /** Where a run is when it is killed. */
  private enum Step {
    STAGING("items/work", false),
    CUTTING("chunks/work", false),
    ASKING("chunks/work", true),
    JOINING("", false),
    MERGING("", true);

    private final String work;
    private final boolean hasBuckets;

    /**
     * @param work the folder in which it works, below that of documents
     * @param hasBuckets whether it finishes bucket after bucket; otherwise it writes some files,
     *     and at its end says that they are all
     */
    Step(String work, boolean hasBuckets) {
      this.work = work;
      this.hasBuckets = hasBuckets;
    }

    /** The path of a file that tells that the step is begun. */
    String begun() {
      String below = work.isEmpty() ? "" : work + "/";
      return below + (hasBuckets ? "ledger/.+/bucket-[0-9]+[.]json" : "staged/.+[.]parquet");
    }
  }

  @Test
  void aRunThatIsKilledAmongItsChunksEndsAsOneThatIsNot() throws Exception {
    survives(Step.ASKING, "summarise");
  }

  @ParameterizedTest
  @CsvSource({
    "STAGING, summarise",
    "CUTTING, summarise",
    "JOINING, summarise",
    "MERGING, summarise",
    "STAGING, extract",
    "CUTTING, extract",
    "ASKING, extract",
    "JOINING, extract",
    "MERGING, extract"
  })
  @Tag("slow")
  void soDoesOneThatIsKilledInAnyOtherStep(Step step, String task) throws Exception {
    survives(step, task);
  }

  private void survives(Step step, String task) throws Exception {
    JobForTests undisturbed = job("undisturbed");
    JobForTests job = job("out");
    String[] options = options(task);
    StoppingModelLoader.takeAsked();
    assertThat(undisturbed.run(options)).as(undisturbed.err()).isEqualTo(ExitCode.OK);
    List<String> asked = StoppingModelLoader.takeAsked();
    assertThat(asked).as("each chunk is asked once").hasSizeGreaterThan(50).doesNotHaveDuplicates();

    kill(step, job.commandLine(options));
    assertIsIn(step);
    Set<String> done = answered();

    assertThat(job.run(options)).as(job.err()).isEqualTo(ExitCode.OK);

    assertThat(StoppingModelLoader.takeAsked())
        .as("only chunks without an answer are asked, once each")
        .isEqualTo(asked.stream().filter(chunk -> !done.contains(chunk)).toList());
    assertThat(rows("out").map(row -> row.<String>getAs("id")))
        .hasSizeGreaterThan(5)
        .doesNotHaveDuplicates();
    assertThat(rows("out").map(Row::json))
        .as("every column of every row")
        .containsExactlyInAnyOrderElementsOf(rows("undisturbed").map(Row::json).toList());
    JsonNode books = undisturbed.manifest().path("books");
    assertThat(job.manifest().path("books")).isEqualTo(books);
    assertThat(job.manifest().path("state").asText()).isEqualTo("complete");
    assertThat(folder.resolve("out/_turnmill/work")).doesNotExist();
  }

  private JobForTests job(String output) {
    return new JobForTests(folder.resolve(output), StoppingModelLoader::new);
  }

  private static String[] options(String task) {
    List<String> options = new ArrayList<>();
    options.add("--set=documents.paths=[" + JobForTests.ROOT.resolve("samples/documents") + "]");
    options.add("--set=task.kind=" + task);
    if (task.equals("extract")) {
      options.add("--set=extract.questions={ who = \"Who?\", when = \"When?\" }");
    }
    options.add("--set=chunk.max_tokens=128");
    options.add("--set=output.buckets=" + BUCKETS);
    // How much of a prompt is taken from another one depends on which of them is begun first.
    options.add("--set=engine.enable_prefix_caching=false");
    return options.toArray(String[]::new);
  }

  /** Nor does a process that parses files live on. */
  private void kill(Step step, List<String> command) throws Exception {
    Path temporary = Files.createDirectories(folder.resolve("temporary"));
    ForkedJob forked = new ForkedJob(folder.resolve("forked"));
    List<String> all = new ArrayList<>(command);
    all.addAll(DeadlyPlugin.settings(work(), step.begun()));
    // One task after another: a task finds what the one before has written.
    all.add("--set=spark.master=local[1]");
    int code =
        forked.run(List.of("-Djava.io.tmpdir=" + temporary), Map.of(), DeadlyPlugin.class, all);
    assertThat(code).as(forked.printed()).isEqualTo(DeadlyModelLoader.KILLED);
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (process.info().commandLine().orElse("").contains(temporary.toString())) {
        process.onExit().get(60, TimeUnit.SECONDS);
      }
    }
  }

  private Path work() {
    return folder.resolve("out/_turnmill/work/documents");
  }

  /** Asserts that a killed run was in the middle of a step. */
  private void assertIsIn(Step step) throws IOException {
    Path ledger = work().resolve(step.work).resolve("ledger");
    if (step.hasBuckets) {
      assertThat(filesBelow(ledger, "bucket-[0-9]+[.]json")).hasSizeBetween(1, BUCKETS - 1);
    } else {
      assertThat(ledger.resolve("staged.json")).doesNotExist();
      assertThat(filesBelow(work().resolve(step.work).resolve("staged"), ".+[.]parquet"))
          .isNotEmpty();
    }
  }

  private static Set<String> filesBelow(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name))
          .map(Path::toString)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** The chunks of finished buckets, by their ids. */
  private Set<String> answered() {
    Path results = work().resolve("chunks/results");
    return Files.exists(results)
        ? SparkForTests.any().read().parquet(results.toString()).collectAsList().stream()
            .map(row -> row.<String>getAs("session_id"))
            .collect(Collectors.toSet())
        : Set.of();
  }

  private Stream<Row> rows(String output) {
    Path table = folder.resolve(output).resolve("documents");
    return SparkForTests.any().read().parquet(table.toString()).collectAsList().stream();
  }
}
