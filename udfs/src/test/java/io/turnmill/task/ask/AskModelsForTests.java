package io.turnmill.task.ask;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.inference.Encode;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.Request;
import io.turnmill.inference.Route;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.TextRow;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Embedding;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Letters;
import io.turnmill.task.ReplyTask;
import io.turnmill.task.StoredVector;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions.Ask;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.TaskResult;
import io.turnmill.task.TextPieces;
import io.turnmill.task.TextWriter;
import io.turnmill.testing.FakeBackend;
import io.turnmill.token.TokenIds;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Three models whose tokens are characters. The vector of a text says how often it has the letters
 * x, y and z; the reranker's score of a pair is the number in the second text; the writer answers
 * with what it was asked, which stands behind the last question mark of its prompt.
 */
final class AskModelsForTests {
  static final String TEMPLATE =
      "{% for c in chunks %}{{ c.number }}:{{ c.text }};{% endfor %}?{{ question }}";

  private static final TextPieces PIECES =
      (text, pair, chunked) -> {
        TokenIds ids = ids(pair.map(second -> text + "|" + second).orElse(text));
        TextRow row = new TextRow(ids, TokenIds.of(new int[ids.size()]), 0);
        return List.of(new TextPieces.Piece(new Encode(row, 0), ids.size()));
      };

  /** The texts that each model was asked, in order. */
  final List<String> written = new ArrayList<>();

  final List<String> encoded = new ArrayList<>();
  final List<String> compared = new ArrayList<>();

  /** A text that holds this has no answer of any model. */
  String broken = "!";

  private final int room;

  /**
   * @param room the longest prompt, in characters
   */
  AskModelsForTests(int room) {
    this.room = room;
  }

  private static TokenIds ids(String text) {
    return TokenIds.of(text.chars().toArray());
  }

  private static String text(TokenIds ids) {
    return new String(ids.toArray(), 0, ids.size());
  }

  /** The vector of a text. */
  static float[] vector(String text) {
    float[] vector = new float[3];
    text.chars().filter(c -> c >= 'x' && c <= 'z').forEach(c -> vector[c - 'x']++);
    return vector;
  }

  AskTask<Answers<Embedding>> task(Ask options, boolean reranks) {
    Letters letters = new Letters();
    ReplyTask replies =
        new ReplyTask(
            TaskKind.REPLY,
            letters.prompts("{{ messages[0].content }}", false, room, PromptFrame.NONE),
            letters,
            SamplingParams.greedy(100),
            new ReplyTask.Ends(Set.of(), List.of()),
            0);
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    return new AskTask<>(
        options,
        new AskModels(
            new TextWriter(replies, room, clock),
            Optional.of(PIECES),
            reranks ? Optional.of(PIECES) : Optional.empty()));
  }

  TaskResult<AskedAnswers> run(
      AskTask<Answers<Embedding>> task, ChunkedItem<Answers<Embedding>> item) {
    return run(task.begin("row", any -> item));
  }

  /** As a feed with three models would. */
  TaskResult<AskedAnswers> run(ItemWork<String, AskedAnswers> work) {
    List<Route> routes =
        List.of(
            Route.only(FakeBackend.answering(asked(written, this::reply)), 4),
            new Route(AskTask.ENCODER, FakeBackend.answering(asked(encoded, this::vectorOf)), 4),
            new Route(AskTask.RERANKER, FakeBackend.answering(asked(compared, this::score)), 4));
    try (Feed<ItemWork<String, AskedAnswers>> feed = Feed.open(routes, Optional.empty())) {
      feed.submit(work);
      return feed.take().result();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private Function<Request, Outcome> asked(List<String> noted, Function<String, Outcome> answer) {
    return request -> {
      String text =
          request instanceof Generate generate
              ? text(generate.prompt())
              : text(((Encode) request).row().ids());
      noted.add(text);
      return text.contains(broken)
          ? new Outcome.Failure(FailureCode.NON_FINITE, "broken")
          : answer.apply(text);
    };
  }

  private Outcome vectorOf(String text) {
    return new Vector(vector(text), 0);
  }

  private Outcome score(String text) {
    return new Vector(new float[] {Float.parseFloat(text.replaceAll("[^0-9.]", ""))}, 0);
  }

  private Outcome reply(String prompt) {
    TokenIds ids = ids(prompt.substring(prompt.lastIndexOf('?') + 1));
    int size = prompt.length();
    return new Completion(ids, FinishReason.STOP, 1, size, 0, ids.size() + 1, -1, List.of());
  }

  /** An item of chunks without overlap, each with its vector. */
  static ChunkedItem<Answers<Embedding>> item(String... texts) {
    List<ChunkAnswer<Answers<Embedding>>> chunks = new ArrayList<>();
    for (String text : texts) {
      chunks.add(chunk(chunks.size(), text, 0, embedded(text)));
    }
    return new ChunkedItem<>("id", Map.of("kind", "contract"), chunks);
  }

  static ChunkAnswer<Answers<Embedding>> chunk(
      int number, String text, int overlap, TaskResult<Answers<Embedding>> result) {
    Span span = new Span(1000 * number, 1000 * number + text.length());
    Chunk chunk = new Chunk(number, span, overlap, text.length(), 0, 0, List.of());
    return new ChunkAnswer<>(chunk, text, result);
  }

  static TaskResult<Answers<Embedding>> embedded(String text) {
    Embedding embedding =
        new Embedding(
            OptionalInt.empty(),
            StoredVector.of(vector(text), VectorType.FLOAT32),
            text.length(),
            0,
            1);
    return new TaskResult.Ok<>(new Answers<>(List.of(embedding), List.of()));
  }
}
