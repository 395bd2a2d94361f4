package io.turnmill.task.ask;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.Request;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Prompts;
import io.turnmill.task.RequestFailures;
import io.turnmill.task.TaskResult;
import io.turnmill.task.TextPieces;
import io.turnmill.task.WrittenText;
import io.turnmill.task.ask.ExcerptPrompts.PackAttempt;
import io.turnmill.task.ask.ExcerptPrompts.Packed;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * One question about one item, on its way: the vector of the question, the chunks that fit it, the
 * reranker's scores of them, the prompt, the answer. Belongs to the thread of its work.
 */
final class AskedQuestion {
  private final AskTask<?> task;
  private final ChunkedItem<?> item;
  private final ChunkSearch search;
  private final int number;

  /** What was found, until the reranker is asked or the prompt is made. */
  private Optional<List<RankedChunk>> found = Optional.empty();

  /** The candidates whose scores the reranker was asked for and has not told. */
  private final IdentityHashMap<Request, RankedChunk> compared = new IdentityHashMap<>();

  private final List<RankedChunk> reranked = new ArrayList<>();
  private final List<TaskResult<AskedAnswers>> failures = new ArrayList<>();
  private Optional<Vector> vector = Optional.empty();
  private Optional<Packed> shown = Optional.empty();
  private Optional<AskedAnswer> answer = Optional.empty();
  private Optional<TaskResult<AskedAnswers>> without = Optional.empty();

  AskedQuestion(AskTask<?> task, ChunkedItem<?> item, ChunkSearch search, int number) {
    this.task = task;
    this.item = item;
    this.search = search;
    this.number = number;
  }

  int number() {
    return number;
  }

  String name() {
    return task.names().get(number);
  }

  /** The answer; empty until it is there. */
  Optional<AskedAnswer> answer() {
    return answer;
  }

  /** Why there is no answer; empty unless there will be none. */
  Optional<TaskResult<AskedAnswers>> without() {
    return without;
  }

  boolean isOver() {
    return answer.isPresent() || without.isPresent();
  }

  private String question() {
    return task.questions().get(number);
  }

  /** The requests that come next; none if the question is over. Called when none is under way. */
  List<Request> next() {
    try {
      return requests();
    } catch (RuntimeException | Error thrown) {
      without = Optional.of(TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown)));
      return List.of();
    }
  }

  private List<Request> requests() {
    if (task.vectors().isPresent() && vector.isEmpty()) {
      vector = task.vectors().get().of(number);
      if (vector.isEmpty()) {
        return List.of(task.vectors().get().request(number));
      }
    }
    if (found.isEmpty()) {
      int most = task.reranker().isPresent() ? task.options().candidates() : task.options().k();
      found = Optional.of(search.best(question(), vector, most));
      if (found.get().isEmpty()) {
        without = Optional.of(noVector());
        return List.of();
      }
      if (task.reranker().isPresent()) {
        return comparisons(task.reranker().get(), found.get());
      }
    }
    return prompt(task.reranker().isPresent() ? reranked : found.get());
  }

  /** The reason for which the chunks have no vectors. */
  @SuppressWarnings("unchecked") // what is no result holds no value
  private TaskResult<AskedAnswers> noVector() {
    List<TaskResult<AskedAnswers>> reasons = new ArrayList<>();
    for (ChunkAnswer<?> chunk : item.chunks()) {
      if (!(chunk.result() instanceof TaskResult.Ok<?>)) {
        reasons.add((TaskResult<AskedAnswers>) chunk.result());
      }
    }
    if (reasons.isEmpty()) {
      throw new IllegalStateException("The chunks of an item have no vectors. This is a bug.");
    }
    return TaskResult.ofNone(reasons);
  }

  private List<Request> comparisons(TextPieces pieces, List<RankedChunk> candidates) {
    for (RankedChunk candidate : candidates) {
      String text = item.chunks().get(candidate.place()).text();
      Request request =
          pieces
              .of(question(), Optional.of(text), /* chunked= */ false)
              .get(0)
              .request()
              .to(AskTask.RERANKER);
      compared.put(request, candidate);
    }
    return List.copyOf(compared.keySet());
  }

  private List<Request> prompt(List<RankedChunk> candidates) {
    if (candidates.isEmpty()) {
      without = Optional.of(TaskResult.ofNone(failures));
      return List.of();
    }
    List<RankedChunk> best =
        task.reranker().isPresent() ? RankedChunk.best(candidates, task.options().k()) : candidates;
    PackAttempt attempt =
        task.prompts()
            .pack(
                item,
                question(),
                ChosenChunks.of(best, task.options().neighbours(), item.chunks().size()));
    shown = attempt.packed();
    if (shown.isEmpty()) {
      without = Optional.of(Prompts.without(attempt.made()));
      return List.of();
    }
    return List.of(task.writer().request(shown.get().prompt(), item.id(), number));
  }

  /**
   * Takes the outcome of a request.
   *
   * @return whether it was the last one that was under way
   */
  boolean accept(Request request, Outcome outcome) {
    try {
      take(request, outcome);
    } catch (RuntimeException | Error thrown) {
      without = Optional.of(TaskResult.Failed.by(Fault.of(Step.ACCEPT, thrown)));
    }
    return compared.isEmpty();
  }

  private void take(Request request, Outcome outcome) {
    RankedChunk candidate = compared.remove(request);
    if (outcome instanceof Outcome.Failure failure) {
      failures.add(RequestFailures.result(failure));
      // What the reranker cannot compare is left out, unless nothing is left.
      if (candidate == null) {
        without = Optional.of(failures.get(0));
      }
    } else if (candidate != null) {
      reranked.add(new RankedChunk(candidate.place(), ((Vector) outcome).values()[0]));
    } else if (outcome instanceof Vector of) {
      vector = Optional.of(of);
      task.vectors().orElseThrow().keep(number, of);
    } else {
      Packed packed = shown.orElseThrow();
      answer = Optional.of(answer(packed, (Completion) outcome));
    }
  }

  private AskedAnswer answer(Packed packed, Completion completion) {
    WrittenText written = task.writer().written(packed.prompt(), completion);
    return new AskedAnswer(
        task.names().get(number),
        !task.nothing().isSaidBy(written.text()),
        packed.shown().stream().map(of -> new GivenChunk(number(of), of.score())).toList(),
        packed.dropped().stream().map(this::number).toList(),
        written);
  }

  private int number(RankedChunk of) {
    return item.chunks().get(of.place()).chunk().number();
  }
}
