package io.turnmill.task.merge;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Extraction;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions.Extract;
import io.turnmill.task.TaskResult;
import io.turnmill.task.WrittenText;
import io.turnmill.task.merge.ExtractedAnswers.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answers in a long text, made of those in its chunks.
 *
 * <p>Equal answers (but for case, white space and quotation marks) to one question in two
 * neighbouring chunks are one answer if it stands where the chunks overlap; if it does not stand in
 * the text word for word, they are one if the chunks overlap at all. An answer that stands at two
 * places of the text is two answers.
 */
public final class ExtractMerge {
  private final List<String> questions;

  private ExtractMerge(List<String> questions) {
    this.questions = questions;
  }

  /** The task that merges. */
  public static MergeTask<Extraction, ExtractedAnswers> task(Extract options) {
    List<String> questions = List.copyOf(options.questions().keySet());
    return new MergeTask<>(TaskKind.EXTRACT, new ExtractMerge(questions)::merged);
  }

  /**
   * An answer that was found, once or in several chunks.
   *
   * @param last the last of these chunks
   */
  private record Sighting(Found found, String key, Chunk last) {

    /** Whether an answer in a later chunk is the same one. */
    boolean isSeenAgain(Sighting later) {
      boolean areNeighbours = later.last.number() == last.number() + 1 && later.last.overlap() > 0;
      if (!areNeighbours || !key.equals(later.key)) {
        return false;
      }
      boolean haveBothPlaces = found.span().isPresent() && later.found.span().isPresent();
      return !haveBothPlaces || later.found.span().get().to() <= last.span().to();
    }

    Sighting with(Sighting later) {
      List<Integer> chunks = new ArrayList<>(found.chunks());
      chunks.addAll(later.found.chunks());
      Found both =
          new Found(
              found.question(),
              found.text(),
              chunks,
              found.chunkSpan(),
              found.span().or(later.found::span),
              found.finishReason(),
              found.confidence());
      return new Sighting(both, key, later.last);
    }
  }

  private ExtractedAnswers merged(ChunkedItem<Answers<Extraction>> item) {
    Map<String, List<Sighting>> byQuestion = new HashMap<>();
    questions.forEach(question -> byQuestion.put(question, new ArrayList<>()));
    int unanswered = 0;
    WrittenTokens tokens = WrittenTokens.NONE;
    for (ChunkAnswer<Answers<Extraction>> chunk : item.chunks()) {
      if (!(chunk.result() instanceof TaskResult.Ok<Answers<Extraction>> ok)) {
        unanswered += questions.size();
        continue;
      }
      AnswerPlaces places = new AnswerPlaces(chunk.text());
      unanswered += ok.value().unanswered().size();
      for (Extraction extraction : ok.value().answers()) {
        tokens = tokens.plus(extraction.written());
        if (extraction.found()) {
          add(byQuestion.get(extraction.question()), sighting(chunk.chunk(), places, extraction));
        }
      }
    }
    List<Found> found =
        questions.stream().flatMap(question -> inOrder(byQuestion.get(question)).stream()).toList();
    return new ExtractedAnswers(found, questions.size() * item.chunks().size(), unanswered, tokens);
  }

  private static void add(List<Sighting> all, Sighting next) {
    int last = all.size() - 1;
    if (last >= 0 && all.get(last).isSeenAgain(next)) {
      all.set(last, all.get(last).with(next));
    } else {
      all.add(next);
    }
  }

  private static Sighting sighting(Chunk chunk, AnswerPlaces places, Extraction extraction) {
    WrittenText written = extraction.written();
    String text = written.text().strip();
    int from = chunk.span().from();
    Optional<Span> span = places.of(text).map(of -> new Span(from + of.from(), from + of.to()));
    Found found =
        new Found(
            extraction.question(),
            text,
            List.of(chunk.number()),
            chunk.span(),
            span,
            written.finishReason(),
            written.confidence());
    return new Sighting(found, AnswerPlaces.key(text), chunk);
  }

  /** By the place of the answer, or that of its chunk where it has none. */
  private static List<Found> inOrder(List<Sighting> sightings) {
    return sightings.stream()
        .map(Sighting::found)
        .sorted(
            Comparator.<Found>comparingInt(of -> of.span().orElse(of.chunkSpan()).from())
                .thenComparingInt(of -> of.chunks().get(0)))
        .toList();
  }
}
