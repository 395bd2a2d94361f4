package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.inference.Outcome.Vector;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.PoisonedEncoderLoader;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StoppingModelLoader;
import io.turnmill.runtime.EncodedTexts;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.runtime.TextEncoder;
import io.turnmill.runtime.TextEncoder.Text;
import io.turnmill.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions about documents and sessions through the whole job, with an encoder and without. */
class AskRunTest {
  private static final String ENCODER = model("embed-mini");

  /** Gives one score to a pair of texts; its vocabulary is small, so most words are unknown. */
  private static final String RERANKER =
      JobForTests.ROOT
          .resolve("udfs/src/test/resources/golden/encoders/bert-cross-encoder/model")
          .toString();

  private static final Map<String, String> QUESTIONS =
      new TreeMap<>(
          Map.of(
              "breakfast", "At what time is breakfast in the hotel?",
              "train", "Which train goes to the airport?",
              "zh", "早餐几点开始？"));

  @TempDir Path folder;

  private static String model(String name) {
    return JobForTests.ROOT.resolve("samples/models").resolve(name).toString();
  }

  /** Where vectors count the encoder is real; what the model writes is not looked at. */
  private static ModelLoader realEncoders(RuntimeOptions options) {
    return options.task() instanceof TaskOptions.Ask
        ? new FakeModelLoader(options)
        : new FolderModelLoader(options);
  }

  private static ModelLoader poisonedEncoder(RuntimeOptions options) {
    return options.task() instanceof TaskOptions.Embed
        ? new PoisonedEncoderLoader(options)
        : new FakeModelLoader(options);
  }

  @BeforeEach
  void write() throws IOException {
    Path in = Files.createDirectories(folder.resolve("in"));
    Files.writeString(in.resolve("guide.md"), "# The guide\n\n" + sections());
    Files.writeString(in.resolve("note.txt"), "The hotel has a garden.\n");
    Files.writeString(
        folder.resolve("in.jsonl"),
        JobForTests.session("long", sections())
            + JobForTests.session("short", "The train is late."));
  }

  @AfterEach
  void letPass() {
    StoppingModelLoader.DANGEROUS.set(false);
  }

  private static String sections() {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 4; i++) {
      text.append("## Day ").append(i).append("\n\n");
      text.append("The train number ").append(i);
      text.append(" goes to the airport every hour, and it costs twelve euros for a ticket.\n\n");
      text.append("Breakfast in the hotel of street ").append(i);
      text.append(" is from seven to ten, with coffee, bread and fruit.\n\n");
      text.append("第").append(i).append("天的早餐八点开始，博物馆周一不开门，晚上可以去听音乐会。\n\n");
    }
    return text.toString();
  }

  private JobForTests job(String output, ModelLoaderFactory loaders) {
    return new JobForTests(folder.resolve(output), loaders);
  }

  private static String[] settings(String... more) {
    List<String> all = new ArrayList<>();
    all.add("--set=task.kind=ask");
    all.add("--set=output.buckets=2");
    QUESTIONS.forEach((name, text) -> all.add("--set=ask.questions." + name + "=" + text));
    Stream.of(more).map(setting -> "--set=" + setting).forEach(all::add);
    return all.toArray(String[]::new);
  }

  private String documents() {
    return "documents.paths=[\"" + folder.resolve("in") + "\"]";
  }

  private String sessions() {
    return "input.paths=[\"" + folder.resolve("in.jsonl") + "\"]";
  }

  private void run(JobForTests job, String... more) {
    assertThat(job.run(settings(more))).as(job.err()).isEqualTo(ExitCode.OK);
  }

  private Map<String, Row> table(String output, String name, String id) {
    Map<String, Row> rows = new TreeMap<>();
    SparkForTests.any()
        .read()
        .parquet(folder.resolve(output).resolve(name).toString())
        .collectAsList()
        .forEach(row -> rows.put(Path.of(row.<String>getAs(id)).getFileName().toString(), row));
    return rows;
  }

  /** The rows of both tables, by id. */
  private Map<String, Row> items(String output) {
    Map<String, Row> rows = table(output, "documents", "id");
    rows.putAll(table(output, "results", "session_id"));
    return rows;
  }

  private static List<Row> list(Row row, String column) {
    return row.getList(row.fieldIndex(column));
  }

  /** The chunks of an item in their order, from its row or from the table of chunks. */
  private List<Row> chunks(String output, Row item) {
    if (List.of(item.schema().fieldNames()).contains("chunks")) {
      return list(item, "chunks");
    }
    String id = List.of(item.schema().fieldNames()).contains("id") ? "id" : "session_id";
    return SparkForTests.any()
        .read()
        .parquet(folder.resolve(output).resolve("chunks").toString())
        .collectAsList()
        .stream()
        .filter(chunk -> chunk.<String>getAs("id").equals(item.<String>getAs(id)))
        .sorted(Comparator.comparing(chunk -> chunk.<Integer>getAs("number")))
        .toList();
  }

  /** What an encoder makes of texts, by itself. */
  private static List<float[]> encoded(String model, List<Text> texts, Optional<String> prompt) {
    List<float[]> vectors = new ArrayList<>();
    try (TextEncoder encoder = TextEncoder.load(RuntimeOptions.Model.of(model), 2048);
        EncodedTexts<Text> results = encoder.encode(texts.iterator(), text -> text, prompt)) {
      results.forEachRemaining(of -> vectors.add(((Vector) of.outcome()).values()));
    }
    return vectors;
  }

  private static double cosine(List<? extends Number> one, float[] other) {
    double product = 0;
    double ofOne = 0;
    double ofOther = 0;
    for (int i = 0; i < other.length; i++) {
      product += one.get(i).doubleValue() * other[i];
      ofOne += one.get(i).doubleValue() * one.get(i).doubleValue();
      ofOther += (double) other[i] * other[i];
    }
    return product / Math.sqrt(ofOne * ofOther);
  }

  /** Asserts that the chunks of an answer are the best ones and their neighbours. */
  private static void assertGiven(Row answer, double[] scores, int k, int neighbours) {
    List<Integer> best =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(number -> -scores[number]))
            .limit(k)
            .toList();
    TreeSet<Integer> wanted = new TreeSet<>();
    best.forEach(
        number ->
            IntStream.rangeClosed(number - neighbours, number + neighbours)
                .filter(near -> near >= 0 && near < scores.length)
                .forEach(wanted::add));
    List<Row> given = list(answer, "chunks");
    assertThat(given.stream().map(chunk -> chunk.<Integer>getAs("number")))
        .containsExactlyElementsOf(wanted);
    for (Row chunk : given) {
      int number = chunk.<Integer>getAs("number");
      if (best.contains(number)) {
        assertThat(chunk.<Double>getAs("score")).isCloseTo(scores[number], within(1e-3));
      } else {
        assertThat(chunk.<Double>getAs("score")).as("a neighbour").isNull();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"float32, nested, 0", "int8, table, 1"})
  void theChunksOfAnAnswerAreThoseNearestToTheQuestion(String dtype, String place, int neighbours) {
    JobForTests job = job("out", AskRunTest::realEncoders);
    run(
        job,
        documents(),
        sessions(),
        "chunk.max_tokens=64",
        "ask.retrieval=encoder",
        "ask.encoder=" + ENCODER,
        "ask.k=2",
        "ask.neighbours=" + neighbours,
        "embed.dtype=" + dtype,
        "output.chunks=" + place);

    List<float[]> questions =
        encoded(
            ENCODER,
            QUESTIONS.values().stream().map(text -> new Text(text, Optional.empty())).toList(),
            Optional.of("query"));
    Map<String, Row> items = items("out");
    assertThat(items).containsOnlyKeys("guide.md", "note.txt", "long", "short");
    items.forEach(
        (id, item) -> {
          List<Row> chunks = chunks("out", item);
          assertThat(chunks).as(id).hasSize(item.<Integer>getAs("chunk_count"));
          List<Row> answers = list(item, "answers");
          assertThat(answers.stream().map(answer -> answer.<String>getAs("question")))
              .containsExactlyElementsOf(QUESTIONS.keySet());
          for (int question = 0; question < questions.size(); question++) {
            float[] asked = questions.get(question);
            double[] scores =
                chunks.stream()
                    .mapToDouble(of -> cosine(of.getList(of.fieldIndex("vector")), asked))
                    .toArray();
            assertGiven(answers.get(question), scores, 2, neighbours);
          }
        });
    assertThat(items.get("long").<Integer>getAs("chunk_count")).isGreaterThan(4);
    assertThat(job.manifest().at("/encoder/architecture").asText()).isEqualTo("bert");
    assertThat(job.manifest().at("/books/answers").asInt()).isEqualTo(2 * QUESTIONS.size());
    assertThat(job.manifest().at("/books/unanswered_questions").asInt()).isZero();
  }

  @Test
  void withoutAnEncoderNoChunkIsAskedAboutByItself() {
    StoppingModelLoader.takeAsked();
    JobForTests job = job("out", StoppingModelLoader::new);
    run(job, documents(), sessions(), "chunk.max_tokens=64", "ask.k=1");
    run(
        job("first", StoppingModelLoader::new),
        documents(),
        "chunk.max_tokens=64",
        "ask.retrieval=first",
        "ask.k=2");

    assertThat(StoppingModelLoader.takeAsked()).isEmpty();
    for (String id : List.of("guide.md", "long")) {
      Row item = items("out").get(id);
      List<Row> chunks = list(item, "chunks");
      assertThat(chunks.get(0).schema().fieldNames()).endsWith("error_detail");
      for (Row answer : list(item, "answers")) {
        Row given = list(answer, "chunks").get(0);
        String text = chunks.get(given.<Integer>getAs("number")).getAs("text");
        String word = answer.<String>getAs("question");
        assertThat(text.toLowerCase(Locale.ROOT)).contains(word.equals("zh") ? "早餐" : word);
        assertThat(given.<Double>getAs("score")).isPositive();
      }
    }
    Row first = table("first", "documents", "id").get("guide.md");
    assertThat(list(list(first, "answers").get(0), "chunks"))
        .extracting(Object::toString)
        .containsExactly("[0,null]", "[1,null]");
  }

  @Test
  void aRerankerChoosesAmongTheChunksThatWereFound() {
    run(
        job("out", AskRunTest::realEncoders),
        documents(),
        "chunk.max_tokens=64",
        "ask.reranker=" + RERANKER,
        "ask.k=2",
        "ask.candidates=1000");

    Row item = table("out", "documents", "id").get("guide.md");
    List<Row> chunks = list(item, "chunks");
    List<Row> answers = list(item, "answers");
    int place = 0;
    for (String question : QUESTIONS.values()) {
      List<Text> pairs =
          chunks.stream()
              .map(chunk -> new Text(question, Optional.of(chunk.<String>getAs("text"))))
              .toList();
      double[] scores =
          encoded(RERANKER, pairs, Optional.empty()).stream().mapToDouble(of -> of[0]).toArray();
      assertGiven(answers.get(place++), scores, 2, 0);
    }
  }

  private static List<String> rows(Map<String, Row> items) {
    return items.values().stream().map(Row::json).toList();
  }

  @Test
  void aRunThatStoppedBetweenTheStepsAsksNoChunkAgainAndAnotherEncoderIsAnotherRun()
      throws IOException {
    String[] all = {
      documents(),
      "chunk.max_tokens=64",
      "ask.retrieval=encoder",
      "ask.encoder=" + ENCODER,
      "engine.enable_prefix_caching=false",
      // The encoder is not shown this, so that it answers before the run stops.
      "ask.prompt="
          + StoppingModelLoader.STONE
          + "{% for chunk in chunks %}{{ chunk.text }}{% endfor %}{{ question }}"
    };
    run(job("undisturbed", StoppingModelLoader::new), all);
    assertThat(StoppingModelLoader.takeAsked()).isNotEmpty();
    JobForTests job = job("out", StoppingModelLoader::new);
    StoppingModelLoader.DANGEROUS.set(true);
    assertThat(job.run(settings(all))).as(job.err()).isEqualTo(ExitCode.ERROR);
    StoppingModelLoader.DANGEROUS.set(false);
    assertThat(StoppingModelLoader.takeAsked()).isNotEmpty();

    run(job, all);

    assertThat(StoppingModelLoader.takeAsked()).as("every chunk had its vector").isEmpty();
    assertThat(rows(table("out", "documents", "id")))
        .isEqualTo(rows(table("undisturbed", "documents", "id")));

    Path same = copied(ENCODER, "same");
    Path other = copied(ENCODER, "other");
    Files.writeString(
        other.resolve("config.json"),
        Files.readString(other.resolve("config.json")).replace("1e-12", "1e-11"));
    all[3] = "ask.encoder=" + same;
    run(job, all);
    assertThat(job.err()).contains("complete");
    all[3] = "ask.encoder=" + other;
    assertThat(job.run(settings(all))).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("model").doesNotContain("\tat ");
  }

  private Path copied(String model, String name) throws IOException {
    Path copy = folder.resolve(name);
    try (Stream<Path> files = Files.walk(Path.of(model))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, copy.resolve(Path.of(model).relativize(file).toString()));
      }
    }
    return copy;
  }

  @Test
  void aChunkWithoutAVectorLeavesItsDocumentPartialOrFailsIt() throws IOException {
    Files.writeString(
        folder.resolve("in/bad.txt"),
        "The train is late. ".repeat(8) + StoppingModelLoader.STONE + " It is late.".repeat(20));
    Files.delete(folder.resolve("in/guide.md"));
    String[] all = {
      documents(),
      "chunk.max_tokens=64",
      "chunk.overlap=0",
      "ask.retrieval=encoder",
      "ask.encoder=" + ENCODER,
      "limits.max_failed_share=1",
      "documents.failed_chunk=partial"
    };
    run(job("partial", AskRunTest::poisonedEncoder), all);
    all[6] = "documents.failed_chunk=fail";
    run(job("fail", AskRunTest::poisonedEncoder), all);

    Map<String, Row> partial = table("partial", "documents", "id");
    Row bad = partial.get("bad.txt");
    assertThat(bad.<String>getAs("status")).isEqualTo("partial");
    assertThat(bad.<Integer>getAs("failed_chunks")).isOne();
    List<Row> chunks = list(bad, "chunks");
    int failed =
        IntStream.range(0, chunks.size())
            .filter(number -> chunks.get(number).getAs("error_code") != null)
            .findFirst()
            .orElseThrow();
    for (Row answer : list(bad, "answers")) {
      assertThat(list(answer, "chunks").stream().map(chunk -> chunk.<Integer>getAs("number")))
          .isNotEmpty()
          .doesNotContain(failed);
    }
    assertThat(partial.get("note.txt").<String>getAs("status")).isEqualTo("ok");
    Map<String, Row> fail = table("fail", "documents", "id");
    assertThat(fail.get("bad.txt").<String>getAs("status")).isEqualTo("failed");
    assertThat(fail.get("note.txt").<String>getAs("status")).isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ask.encoder  | chat-mini  | writes text, and its folder does not say how it makes vectors",
        "ask.encoder  | topic-mini | it gives scores to texts, and no vectors",
        "ask.encoder  | none       | no such folder",
        "ask.reranker | embed-mini | it is not a reranker, which gives one score to a pair",
        "ask.reranker | topic-mini | it is not a reranker, which gives one score to a pair",
        "ask.reranker | chat-mini  | writes text; it is not an encoder",
      })
  void aModelThatIsOfAnotherKindIsOneSentenceBeforeAnythingIsDone(
      String setting, String name, String problem) {
    JobForTests job = job("out", FakeModelLoader::new);
    String retrieval = setting.equals("ask.encoder") ? "encoder" : "words";

    assertThat(
            job.run(
                settings(documents(), "ask.retrieval=" + retrieval, setting + "=" + model(name))))
        .isEqualTo(ExitCode.SETUP);

    assertThat(job.err().lines())
        .singleElement()
        .asString()
        .startsWith("turnmill: " + setting + ": " + model(name) + ": ")
        .contains(problem);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aQuestionThatIsTooLongForTheEncoderIsOneSentenceBeforeAnythingIsDone() {
    JobForTests job = job("out", FakeModelLoader::new);

    assertThat(
            job.run(
                settings(
                    documents(),
                    "ask.retrieval=encoder",
                    "ask.encoder=" + ENCODER,
                    "ask.questions.train=" + "why ".repeat(600))))
        .isEqualTo(ExitCode.SETUP);

    assertThat(job.err())
        .matches("(?s).*ask\\.questions: train has \\d+ tokens more than the encoder takes\\.\n");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
