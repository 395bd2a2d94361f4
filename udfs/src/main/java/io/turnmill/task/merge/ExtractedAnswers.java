package io.turnmill.task.merge;

import io.turnmill.document.Span;
import java.util.List;
import java.util.Optional;

/**
 * The answers that were found in a long text.
 *
 * @param answers by question, in the order of the settings, and then by their places
 * @param asked how many times a question was put to a chunk
 * @param unanswered how many of these have no outcome, because the chunk or the question failed
 * @param tokens what all chunks took
 */
public record ExtractedAnswers(
    List<Found> answers, int asked, int unanswered, WrittenTokens tokens) {

  public ExtractedAnswers {
    answers = List.copyOf(answers);
  }

  /**
   * An answer.
   *
   * @param question the name of the question
   * @param text as the model wrote it for the first of the chunks
   * @param chunks the numbers of the chunks in which it was found, in order: several if it stands
   *     where they overlap
   * @param chunkSpan where the first of these chunks stands in the text
   * @param span where the answer itself stands in the text; empty if it does not stand there word
   *     for word
   * @param finishReason why the model ended it: {@code stop}, {@code length} or {@code repetition}
   * @param confidence geometric mean of the probabilities of its tokens
   */
  public record Found(
      String question,
      String text,
      List<Integer> chunks,
      Span chunkSpan,
      Optional<Span> span,
      String finishReason,
      double confidence) {

    public Found {
      chunks = List.copyOf(chunks);
    }

    /** Tells the place only, because it is text of a document. */
    @Override
    public String toString() {
      return "Found[" + question + ", chunks=" + chunks + ", chars=" + text.length() + "]";
    }
  }
}
