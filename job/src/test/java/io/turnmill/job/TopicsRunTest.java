package io.turnmill.job;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics through the whole job, with the sample models. */
class TopicsRunTest {
  private static final Path MODELS = JobForTests.ROOT.resolve("samples/models");
  private static final int OF_EACH = 8;
  private static final List<String> THEMES =
      List.of(
          "I want to book a room in a hotel near the station for two nights, with breakfast.",
          "My program throws a null pointer exception in this function, how do I fix the bug?",
          "Please help me with my homework: what is the sum of these two fractions?");

  /** Whether the model that writes cannot be loaded. */
  private static final AtomicBoolean WRITER_FAILS = new AtomicBoolean();

  @TempDir static Path folder;

  /** A run that nothing stopped. */
  private static JobForTests whole;

  /** A loader of folders of which one may fail. */
  private record Failing(RuntimeOptions options) implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return new FolderModelLoader(options).identity();
    }

    @Override
    public ModelRuntime load() {
      if (WRITER_FAILS.get() && options.model().folder().endsWith("chat-mini")) {
        throw new IllegalStateException("as the test wants it");
      }
      return new FolderModelLoader(options).load();
    }
  }

  @BeforeAll
  static void runWhole() throws IOException {
    write();
    whole = job("whole");
    assertThat(run(whole)).as(whole.err()).isEqualTo(ExitCode.OK);
  }

  private static void write() throws IOException {
    StringBuilder sessions = new StringBuilder();
    for (int theme = 0; theme < THEMES.size(); theme++) {
      for (int i = 0; i < OF_EACH - theme; i++) {
        String text = THEMES.get(theme) + " Number " + i + ".";
        sessions.append(JobForTests.session(theme + "-" + i, text));
      }
    }
    // Nobody speaks as the user: it is of use all the same.
    sessions.append(JobForTests.session("0-x", THEMES.get(0)).replace("\"user\"", "\"assistant\""));
    Files.writeString(folder.resolve("in.jsonl"), sessions);
    Files.createDirectory(folder.resolve("documents"));
    Files.writeString(folder.resolve("documents/0.txt"), THEMES.get(0) + "\n\n" + THEMES.get(0));
  }

  private static JobForTests job(String output) {
    return new JobForTests(
        folder.resolve(output), MODELS.resolve("chat-mini").toString(), Failing::new);
  }

  private static ExitCode run(JobForTests job) {
    return job.run(
        "--input=" + folder.resolve("in.jsonl"),
        "--set=documents.paths=[" + folder.resolve("documents") + "]",
        "--set=task.kind=topics",
        "--set=topics.encoder=" + MODELS.resolve("embed-mini"),
        "--set=topics.count=3",
        "--set=topics.sample=4",
        "--set=topics.examples=2",
        "--set=output.buckets=2");
  }

  private static List<Row> table(String output, String name) {
    return SparkForTests.any()
        .read()
        .parquet(folder.resolve(output).resolve(name).toString())
        .collectAsList();
  }

  private static String theme(Row member) {
    String id = member.getAs("id");
    return Path.of(id).getFileName().toString().substring(0, 1);
  }

  @Test
  void whatIsAboutTheSameIsOneTopicWithANameAndEachItemIsCountedOnce() throws IOException {
    List<Row> members = table("whole", "topic_members");
    int items = 3 * OF_EACH - 3 + 2;
    assertThat(members).hasSize(items);
    Set<String> ids = new HashSet<>();
    members.forEach(member -> ids.add(member.getAs("scope") + " " + member.getAs("id")));
    assertThat(ids).hasSize(items).contains("session 0-x");
    Map<Integer, List<Row>> byTopic =
        members.stream().collect(groupingBy(row -> row.<Integer>getAs("topic")));
    for (List<Row> topic : byTopic.values()) {
      assertThat(topic.stream().map(TopicsRunTest::theme).distinct()).hasSize(1);
    }

    List<Row> topics = new ArrayList<>(table("whole", "topics"));
    topics.sort(Comparator.comparing(row -> row.<Integer>getAs("topic")));
    assertThat(topics).hasSize(3);
    for (Row topic : topics) {
      List<Row> own = byTopic.get(topic.<Integer>getAs("topic"));
      long documents = own.stream().filter(row -> row.getAs("scope").equals("document")).count();
      assertThat(topic.<Long>getAs("documents")).isEqualTo(documents);
      assertThat(topic.<Long>getAs("sessions")).isEqualTo(own.size() - documents);
      assertThat(topic.<Double>getAs("share")).isCloseTo((double) own.size() / items, within(1e-9));
      assertThat(topic.<String>getAs("status")).isEqualTo("ok");
      assertThat(topic.<String>getAs("name")).isNotBlank();
      assertThat(topic.<Integer>getAs("sample")).isEqualTo(4);
      List<Row> examples = topic.getList(topic.fieldIndex("examples"));
      assertThat(examples.stream().map(row -> row.<String>getAs("id")))
          .containsExactlyElementsOf(nearest(own, 2));
    }
    assertThat(topics.get(0).<Long>getAs("documents")).as("the largest").isEqualTo(1);

    JsonNode books = whole.manifest().path("books").path("topics");
    assertThat(books.path("topics").asInt()).isEqualTo(3);
    assertThat(books.path("items").asInt()).isEqualTo(items);
    assertThat(books.path("coverage").asDouble()).isEqualTo(1);
    assertThat(whole.err())
        .contains("3 topics, to which " + items + " of " + items + " texts belong");
    assertThat(folder.resolve("whole/_turnmill/work")).doesNotExist();

    assertThat(whole.command("show", folder.resolve("whole").toString())).isEqualTo(ExitCode.OK);
    assertThat(whole.out()).contains("9 sessions · 1 document").contains("100.0 % of all texts");
  }

  private static List<String> nearest(List<Row> members, int most) {
    return members.stream()
        .sorted(
            Comparator.comparing((Row row) -> -row.<Double>getAs("similarity"))
                .thenComparing(row -> row.<String>getAs("id")))
        .limit(most)
        .map(row -> row.<String>getAs("id"))
        .toList();
  }

  @Test
  void aRunThatStopsBeforeTopicsHaveNamesIsResumedAndEndsAsAnother() {
    WRITER_FAILS.set(true);
    JobForTests stopped = job("out");
    assertThat(run(stopped)).isNotEqualTo(ExitCode.OK);
    assertThat(folder.resolve("out/topics")).doesNotExist();

    WRITER_FAILS.set(false);
    JobForTests resumed = job("out");
    assertThat(run(resumed)).as(resumed.err()).isEqualTo(ExitCode.OK);

    assertThat(resumed.err()).contains("This resumes the run");
    for (String table : List.of("topics", "topic_members")) {
      assertThat(table("out", table)).containsExactlyInAnyOrderElementsOf(table("whole", table));
    }
  }
}
