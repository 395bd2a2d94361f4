package io.turnmill.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.bench.Bench;
import io.turnmill.bench.Table;
import io.turnmill.chunk.Chunk;
import io.turnmill.chunk.ChunkSettings;
import io.turnmill.chunk.Chunker;
import io.turnmill.document.DocumentText;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.SamplingParams;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.runtime.RuntimeOptions.Model;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkSession;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Embedding;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskOptions.Normalize;
import io.turnmill.task.TaskOptions.Retrieval;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.TaskResult;
import io.turnmill.task.Unit;
import io.turnmill.task.ask.AskedAnswer;
import io.turnmill.task.ask.AskedAnswers;
import io.turnmill.testing.FakeBackend;
import io.turnmill.testing.SharedData;
import io.turnmill.testing.onnx.PublishedEncoder;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Whether the task {@code ask} finds what it is asked for: 30 questions about published contracts,
 * and for how many of them the chunks that the model would be shown hold the words that answer
 * them. Nothing is written: the figures are those of the search alone.
 *
 * <pre>
 * submit/local.sh bench ask all-minilm-l6-v2
 * submit/local.sh bench ask samples/models/embed-mini
 * </pre>
 *
 * The questions are in {@code udfs/src/test/resources/ask/contracts.json}.
 */
@Command(
    name = "bench ask",
    description =
        "For how many questions about contracts the chunks that are found hold the answer: by an"
            + " encoder, by shared words, and for the first chunks.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class AskBench implements Callable<Integer> {
  private static final String PUBLISHED = "all-minilm-l6-v2";
  private static final double OVERLAP = 0.2;

  @Parameters(
      paramLabel = "ENCODER",
      description =
          "A folder; or " + PUBLISHED + ", from the artifact that the tests read, kept (90 MB).")
  private String encoder;

  /**
   * A question and the words that answer it.
   *
   * @param document the name of a file
   */
  private record KnownFact(String document, String question, String answer) {}

  /** A way to find chunks. */
  private record WayToFind(Retrieval retrieval, int k) {}

  public static void main(String[] args) {
    Bench.main(new AskBench(), args);
  }

  @Override
  public Integer call() throws Exception {
    Map<String, List<KnownFact>> facts = facts();
    try (ModelRuntime model = ModelRuntime.load(encoderOptions())) {
      for (int maxTokens : new int[] {512, 256}) {
        print(facts, items(model, facts, maxTokens), model, maxTokens);
      }
    }
    return 0;
  }

  private static Map<String, List<KnownFact>> facts() throws IOException {
    Map<String, List<KnownFact>> facts = new LinkedHashMap<>();
    try (InputStream in = AskBench.class.getResourceAsStream("/ask/contracts.json")) {
      for (JsonNode of : new ObjectMapper().readTree(in)) {
        KnownFact fact =
            new KnownFact(
                of.path("document").asText(),
                of.path("question").asText(),
                of.path("answer").asText());
        facts.computeIfAbsent(fact.document(), any -> new ArrayList<>()).add(fact);
      }
    }
    return facts;
  }

  private RuntimeOptions encoderOptions() throws IOException {
    Path folder = JobForTests.ROOT.resolve(encoder);
    if (encoder.equals(PUBLISHED)) {
      folder = JobSetup.WORK.resolve(PUBLISHED);
      if (!Files.exists(folder)) {
        PublishedEncoder.write(folder);
      }
    }
    return encoderOptions(folder);
  }

  /** An encoder of whole texts. */
  static RuntimeOptions encoderOptions(Path folder) {
    return options(
        folder,
        new TaskOptions.Embed(
            Unit.SESSION, "", "", Normalize.MODEL, 0, VectorType.FLOAT32, TooLong.CHUNK));
  }

  private static RuntimeOptions options(Path folder, TaskOptions task) {
    return new RuntimeOptions(
        Model.of(folder.toString()),
        RuntimeOptions.Budgets.OPEN,
        RuntimeOptions.Prompts.PLAIN,
        SamplingParams.greedy(16),
        false,
        List.of(),
        0,
        task);
  }

  /** The documents in chunks with their vectors, by name. */
  private static Map<String, ChunkedItem<Answers<Embedding>>> items(
      ModelRuntime model, Map<String, List<KnownFact>> facts, int maxTokens) throws Exception {
    Chunker chunker = new Chunker(new ChunkSettings(maxTokens, OVERLAP, false), model::countTokens);
    Map<String, ChunkedItem<Answers<Embedding>>> items = new LinkedHashMap<>();
    for (String name : facts.keySet()) {
      String text = Files.readString(SharedData.path("documents_train").resolve(name));
      List<Chunk> chunks = chunker.chunks(DocumentText.of(text));
      Map<Integer, TaskResult<Answers<Embedding>>> vectors = vectors(model, text, chunks);
      items.put(
          name,
          new ChunkedItem<>(
              name,
              Map.of(),
              chunks.stream()
                  .map(of -> new ChunkAnswer<>(of, of.span().of(text), vectors.get(of.number())))
                  .toList()));
    }
    return items;
  }

  @SuppressWarnings("unchecked") // the options ask for vectors
  private static Map<Integer, TaskResult<Answers<Embedding>>> vectors(
      ModelRuntime model, String text, List<Chunk> chunks) throws InterruptedException {
    Task<Session, Answers<Embedding>> task = (Task<Session, Answers<Embedding>>) model.task();
    Map<Integer, TaskResult<Answers<Embedding>>> vectors = new LinkedHashMap<>();
    all(
        model,
        chunks.stream().map(chunk -> task.begin(chunk, of -> session(of, text))),
        work -> vectors.put(work.row().number(), work.result()));
    return vectors;
  }

  private static Session session(Chunk chunk, String text) {
    SessionKey document = new SessionKey(Optional.empty(), "");
    return ChunkSession.of(document, chunk, chunk.span().of(text), Map.of());
  }

  private static <T, R> void all(
      ModelRuntime model, Stream<ItemWork<T, R>> works, Consumer<ItemWork<T, R>> take)
      throws InterruptedException {
    var left = works.iterator();
    try (Feed<ItemWork<T, R>> feed = model.open(Optional.empty())) {
      while (left.hasNext() || feed.size() > 0) {
        while (left.hasNext() && feed.hasRoom()) {
          feed.submit(left.next());
        }
        take.accept(feed.take());
      }
    }
  }

  private void print(
      Map<String, List<KnownFact>> facts,
      Map<String, ChunkedItem<Answers<Embedding>>> items,
      ModelRuntime model,
      int maxTokens)
      throws Exception {
    int chunks = items.values().stream().mapToInt(of -> of.chunks().size()).sum();
    System.out.printf(
        Locale.ROOT,
        "%n%s: %d contracts in %d chunks of at most %d tokens%n%n",
        encoder,
        items.size(),
        chunks,
        maxTokens);
    Table.head("found by", "k", "questions whose chunks hold the answer", "share");
    for (Retrieval retrieval : Retrieval.values()) {
      for (int k : new int[] {3, 5}) {
        int found = 0;
        int asked = 0;
        for (Map.Entry<String, List<KnownFact>> of : facts.entrySet()) {
          found += found(of.getValue(), items.get(of.getKey()), model, new WayToFind(retrieval, k));
          asked += of.getValue().size();
        }
        Table.row(
            retrieval.name().toLowerCase(Locale.ROOT),
            Integer.toString(k),
            found + " of " + asked,
            Table.percent((double) found / asked, 0));
      }
    }
  }

  /** How many of the questions about one document have chunks with the answer. */
  private int found(
      List<KnownFact> facts,
      ChunkedItem<Answers<Embedding>> item,
      ModelRuntime model,
      WayToFind way)
      throws Exception {
    Map<String, String> questions = new LinkedHashMap<>();
    facts.forEach(fact -> questions.put(fact.answer(), fact.question()));
    TaskOptions.Ask ask =
        new TaskOptions.Ask(
            questions, way.retrieval(), way.k(), 0, way.k(), "{{ question }}", "NONE", "");
    ModelRuntime writer =
        ModelRuntime.of(
            DecoderFrontEnd.open(options(Path.of(JobForTests.MODEL), ask)),
            FakeBackend.answering(any -> writtenNothing()),
            4);
    List<AskedAnswer> answers = new ArrayList<>();
    try (ModelRuntime models =
        ModelRuntime.asking(
            writer, Optional.of(model.sharing(encoderOptions())), Optional.empty())) {
      all(
          models,
          Stream.of(begin(models, item)),
          work -> answers.addAll(((TaskResult.Ok<AskedAnswers>) work.result()).value().answers()));
    }
    return (int) answers.stream().filter(answer -> holds(item, answer)).count();
  }

  @SuppressWarnings("unchecked") // the options ask for it
  private static ItemWork<String, AskedAnswers> begin(
      ModelRuntime models, ChunkedItem<Answers<Embedding>> item) {
    return ((Task<ChunkedItem<Answers<Embedding>>, AskedAnswers>) models.merge())
        .begin(item.id(), any -> item);
  }

  private static Outcome writtenNothing() {
    return new Completion(TokenIds.empty(), Outcome.FinishReason.STOP, 1, 1, 0, 1, -1, List.of());
  }

  private static boolean holds(ChunkedItem<?> item, AskedAnswer answer) {
    return answer.given().stream()
        .map(chunk -> item.chunks().get(chunk.number()).text())
        .anyMatch(text -> folded(text).contains(folded(answer.question())));
  }

  private static String folded(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
