package io.turnmill.task;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.Request;
import io.turnmill.inference.Route;
import io.turnmill.inference.SamplingParams;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.testing.FakeBackend;
import io.turnmill.token.TokenIds;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Chunks, what was said of them, and a model that writes what a test says. */
public final class ChunksForTests {
  private static final Letters LETTERS = new Letters();

  private ChunksForTests() {}

  /** A chunk of a text without headings and pages. */
  public static Chunk chunk(int number, int from, int to, int overlap, int tokens) {
    return new Chunk(number, new Span(from, to), overlap, tokens, 0, 0, List.of());
  }

  /** A chunk of a text with what was said of it. */
  public static <A> ChunkAnswer<Answers<A>> said(Chunk chunk, String text, List<A> answers) {
    return new ChunkAnswer<>(chunk, text, new TaskResult.Ok<>(new Answers<>(answers, List.of())));
  }

  /** A chunk about which the model could not say anything. */
  public static <A> ChunkAnswer<Answers<A>> failed(Chunk chunk, String text) {
    return new ChunkAnswer<>(
        chunk, text, new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "no memory"));
  }

  /** An item with fields. */
  public static <A> ChunkedItem<Answers<A>> item(List<ChunkAnswer<Answers<A>>> chunks) {
    return new ChunkedItem<>("doc", Map.of("kind", "contract"), chunks);
  }

  /** A text of as many tokens as it has letters, of a prompt of 10. */
  public static WrittenText written(String text) {
    return new WrittenText(text, Optional.empty(), "stop", 10, 4, text.length() + 1, -0.5);
  }

  /** A writer whose tokens are letters and whose prompts have at most {@code room}. */
  public static TextWriter writer(TaskKind kind, int room) {
    ReplyTask replies =
        new ReplyTask(
            kind,
            LETTERS.prompts("{{ messages[0].content }}", false, room, PromptFrame.NONE),
            LETTERS,
            SamplingParams.greedy(100),
            new ReplyTask.Ends(Set.of(), List.of("###")),
            7);
    return new TextWriter(replies, room, Clock.systemUTC());
  }

  /** The text of a prompt. */
  public static String prompt(Request request) {
    return LETTERS.decode(((Generate) request).prompt());
  }

  /** What a model says that writes a text. */
  public static Completion completion(Request request, String text) {
    return new Completion(
        TokenIds.of(text.chars().toArray()),
        FinishReason.STOP,
        0,
        ((Generate) request).prompt().size(),
        0,
        text.length() + 1,
        -0.5 * (text.length() + 1),
        List.of());
  }

  /** The results of items by a model that answers prompts in this way, in no particular order. */
  public static <I, R> List<TaskResult<R>> results(
      Task<I, R> task, List<I> items, Function<String, String> answers) {
    return outcomes(task, items, request -> completion(request, answers.apply(prompt(request))));
  }

  /** As above, by the requests. */
  public static <I, R> List<TaskResult<R>> outcomes(
      Task<I, R> task, List<I> items, Function<Request, Outcome> answers) {
    List<TaskResult<R>> results = new ArrayList<>();
    try (FakeBackend backend = FakeBackend.answering(answers);
        Feed<ItemWork<I, R>> feed = Feed.open(List.of(Route.only(backend, 8)), Optional.empty())) {
      Iterator<I> rest = items.iterator();
      while (rest.hasNext() || feed.size() > 0) {
        while (feed.hasRoom() && rest.hasNext()) {
          feed.submit(task.begin(rest.next(), row -> row));
        }
        results.add(feed.take().result());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return results;
  }
}
