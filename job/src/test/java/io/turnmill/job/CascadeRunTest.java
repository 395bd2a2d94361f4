package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SessionsForTests;
import io.turnmill.torch.EncoderGolden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a second model for the sessions of which the first one is unsure. */
class CascadeRunTest {
  private static final int SESSIONS = 20;
  private static final String SECOND = "--set=cascade.path=" + JobForTests.MODEL;

  @TempDir Path folder;
  private Path archive;

  @BeforeEach
  void writeArchive() throws IOException {
    archive =
        Files.writeString(
            folder.resolve("in.jsonl"),
            SessionsForTests.made(SESSIONS).stream()
                .map(session -> session + "\n")
                .collect(Collectors.joining()));
  }

  private JobForTests run(String output, ModelLoaderFactory loaders, Path input, String... more) {
    JobForTests job = new JobForTests(folder.resolve(output), loaders);
    String[] all =
        Stream.concat(
                Stream.of("--input", input.toString(), "--set=output.buckets=2"), Stream.of(more))
            .toArray(String[]::new);
    assertThat(job.run(all)).as(job.err()).isEqualTo(ExitCode.OK);
    return job;
  }

  private JobForTests fake(String output, String... more) {
    return run(output, FakeModelLoader::new, archive, more);
  }

  private static List<String> answeredBy(JobForTests job) {
    return job.results().stream().map(row -> row.<String>getAs("answered_by")).distinct().toList();
  }

  @Test
  void aFirstModelThatIsSureIsNotFollowedByTheSecond() {
    JobForTests job = fake("sure", SECOND, "--set=cascade.below=0.1");
    assertThat(answeredBy(job)).containsExactly("first");
    assertThat(job.replies()).isEqualTo(fake("plain").replies());
    JsonNode books = job.manifest().path("books");
    assertThat(books.path("escalated_sessions").asInt()).isZero();
    assertThat(books.path("second_model_tokens").asInt()).isZero();
    assertThat(books.path("spared_tokens")).isEqualTo(books.path("computed_tokens"));
    assertThat(job.manifest().path("second_model").path("fingerprint").asText()).hasSize(64);
  }

  @Test
  void aFirstModelThatIsUnsureIsFollowedByTheSecond() {
    JobForTests job =
        fake(
            "unsure", SECOND, "--set=cascade.below=0.9", "--set=cache.path=" + folder.resolve("c"));
    assertThat(job.replies()).isEqualTo(fake("plain").replies());
    int escalated = 0;
    for (Row row : job.results()) {
      boolean unsure = row.<Double>getAs("first_confidence") < 0.9;
      assertThat(row.<Boolean>getAs("escalated")).isEqualTo(unsure);
      assertThat(row.<String>getAs("answered_by")).isEqualTo(unsure ? "second" : "first");
      assertThat(row.<Long>getAs("unused_tokens") > 0).isEqualTo(unsure);
      escalated += unsure ? 1 : 0;
    }
    assertThat(escalated).isGreaterThan(SESSIONS / 2);
    JsonNode books = job.manifest().path("books");
    assertThat(books.path("escalated_sessions").asInt()).isEqualTo(escalated);
    assertThat(books.path("second_model_sessions").asInt()).isEqualTo(escalated);
    assertThat(books.path("second_model_tokens").asLong() + books.path("spared_tokens").asLong())
        .isEqualTo(books.path("computed_tokens").asLong());
    assertThat(job.out()).containsPattern("second model +" + escalated + " +of 20 sessions");
  }

  @Test
  void theSecondModelIsCheckedBeforeAnythingRuns() {
    JobForTests job = new JobForTests(folder.resolve("wrong"), FakeModelLoader::new);
    String missing = folder.resolve("missing").toString();
    assertThat(job.run("--input", archive.toString(), "--set=cascade.path=" + missing))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("cascade.path: ").contains(missing);
  }

  @Test
  void realModelsShareTheSessionsByTheFirstOnesConfidence() {
    Path samples = JobForTests.ROOT.resolve("samples/sessions/sharegpt.json");
    JobForTests job =
        run(
            "real",
            FolderModelLoader::new,
            samples,
            SECOND,
            "--set=model.quantization=int8",
            "--set=cascade.dtype=float32",
            "--set=cascade.below=0.4");
    Map<String, String> second =
        run("second", FolderModelLoader::new, samples, "--set=model.dtype=float32").replies();
    int escalated = 0;
    for (Row row : job.results()) {
      boolean unsure = row.<Double>getAs("first_confidence") < 0.4;
      assertThat(row.<Boolean>getAs("escalated")).isEqualTo(unsure);
      assertThat(row.<String>getAs("answered_by")).isEqualTo(unsure ? "second" : "first");
      if (unsure) {
        Row reply = (Row) row.getList(row.fieldIndex("replies")).get(0);
        assertThat(reply.<String>getAs("content")).isEqualTo(second.get(row.getAs("session_id")));
        escalated++;
      }
    }
    assertThat(escalated).isPositive().isLessThan(job.results().size());
    assertThat(job.manifest().path("books").path("escalated_sessions").asInt())
        .isEqualTo(escalated);
    assertThat(job.manifest().path("engine").path("engines").asInt()).isEqualTo(2);
  }

  @Test
  void aLabelOfALowScoreIsAskedOfTheSecondModel() {
    String model = EncoderGolden.named("bert-classifier").model().path().toString();
    JobForTests job = new JobForTests(folder.resolve("out"), model, FolderModelLoader::new);
    String[] settings = {
      "--input=" + archive,
      "--set=output.buckets=2",
      "--set=task.kind=classify",
      "--set=cascade.path=" + model,
      "--set=cascade.dtype=float32"
    };
    assertThat(job.run(settings)).as(job.err()).isEqualTo(ExitCode.OK);
    double between =
        job.results().stream()
            .mapToDouble(row -> row.<Double>getAs("first_confidence"))
            .average()
            .orElseThrow();
    String[] more = Arrays.copyOf(settings, settings.length + 2);
    more[settings.length] = "--set=cascade.below=" + between;
    more[settings.length + 1] = "--overwrite";

    assertThat(job.run(more)).as(job.err()).isEqualTo(ExitCode.OK);

    int escalated = 0;
    for (Row row : job.results()) {
      boolean unsure = row.<Double>getAs("first_confidence") < between;
      assertThat(row.<String>getAs("answered_by")).isEqualTo(unsure ? "second" : "first");
      assertThat(row.getList(row.fieldIndex("classifications"))).hasSize(1);
      escalated += unsure ? 1 : 0;
    }
    assertThat(escalated).isPositive().isLessThan(SESSIONS);
    assertThat(job.manifest().path("books").path("escalated_sessions").asInt())
        .isEqualTo(escalated);
  }

  @Test
  void aModelThatWritesTextIsAskedForTheLabelsOfAnEncoderThatIsUnsure() throws IOException {
    Path topics = JobForTests.ROOT.resolve("samples/models/topic-mini");
    Path sessions = JobForTests.ROOT.resolve("samples/sessions/sharegpt.json");
    JobForTests job =
        new JobForTests(folder.resolve("out"), topics.toString(), FolderModelLoader::new);
    String[] settings = {
      "--input=" + sessions,
      "--set=output.buckets=2",
      "--set=task.kind=classify",
      "--set=check.too_long=cut_left",
      SECOND,
      "--set=cascade.below=0.9"
    };
    assertThat(job.run(settings)).as(job.err()).isEqualTo(ExitCode.OK);

    Set<String> own = Set.of("bank", "booking", "dev", "game", "support", "tutor");
    int escalated = 0;
    for (Row row : job.results()) {
      boolean unsure = row.<Double>getAs("first_confidence") < 0.9;
      assertThat(row.<Boolean>getAs("escalated")).isEqualTo(unsure);
      assertThat(row.<String>getAs("answered_by")).isEqualTo(unsure ? "second" : "first");
      Row answer = (Row) row.getList(row.fieldIndex("classifications")).get(0);
      List<Row> scores = answer.getList(answer.fieldIndex("scores"));
      assertThat(scores.stream().map(score -> score.<String>getAs("label")))
          .containsExactlyInAnyOrderElementsOf(own);
      escalated += unsure ? 1 : 0;
    }
    assertThat(escalated).isPositive().isLessThan(job.results().size());

    // The same labels may be named, to say what they mean; others are those of another task.
    String[] named = Arrays.copyOf(settings, settings.length + 3);
    named[settings.length] = "--set=classify.labels=[tutor, support, game, dev, booking, bank]";
    named[settings.length + 1] = "--set=classify.descriptions={dev=\"software\"}";
    named[settings.length + 2] = "--set=classify.question=What is it about?";
    JobForTests described =
        new JobForTests(folder.resolve("named"), topics.toString(), FolderModelLoader::new);
    assertThat(described.run(named)).as(described.err()).isEqualTo(ExitCode.OK);

    named[settings.length] = "--set=classify.labels=[dev, other]";
    JobForTests wrong =
        new JobForTests(folder.resolve("wrong"), topics.toString(), FolderModelLoader::new);
    assertThat(wrong.run(named)).isEqualTo(ExitCode.SETUP);
    assertThat(wrong.err())
        .contains("classify.labels: ")
        .contains("has labels of its own: bank, booking, dev, game, support, tutor.")
        .contains("They are not the labels that are asked for: dev, other.");
  }

  @Test
  void twoEncodersWithOtherLabelsMakeNoCascade() {
    Path topics = JobForTests.ROOT.resolve("samples/models/topic-mini");
    String other = EncoderGolden.named("bert-classifier").model().path().toString();
    JobForTests job =
        new JobForTests(folder.resolve("out"), topics.toString(), FolderModelLoader::new);
    String[] settings = {
      "--input=" + archive, "--set=task.kind=classify", "--set=cascade.path=" + other
    };
    assertThat(job.run(settings)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("cascade.path: " + other + " is not a model that writes text")
        .contains("the labels that are asked for: bank, booking, dev, game, support, tutor.");
  }

  @Test
  void anEncoderAloneIsNotAskedAQuestion() {
    String topics = JobForTests.ROOT.resolve("samples/models/topic-mini").toString();
    JobForTests job = new JobForTests(folder.resolve("out"), topics, FolderModelLoader::new);
    String[] settings = {
      "--input=" + archive, "--set=task.kind=classify", "--set=classify.question=Is it rude?"
    };
    assertThat(job.run(settings)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("classify.question: no model that writes text is there");
  }
}
