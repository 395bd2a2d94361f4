package io.turnmill.task.ask;

import io.turnmill.task.WrittenText;
import java.util.List;

/**
 * The answer to a question about an item.
 *
 * @param question the name of the question
 * @param found whether the model found an answer in what it was shown
 * @param given the chunks that the model was shown, in the order of the document
 * @param dropped the numbers of the chunks that were chosen and did not fit the model's context, in
 *     order
 * @param written what the model wrote
 */
public record AskedAnswer(
    String question,
    boolean found,
    List<GivenChunk> given,
    List<Integer> dropped,
    WrittenText written) {

  public AskedAnswer {
    given = List.copyOf(given);
    dropped = List.copyOf(dropped);
  }

  /** The answer's text; empty if the model found none. */
  public String text() {
    return found ? written.text().strip() : "";
  }

  /** Counts only: answers are text of documents. */
  @Override
  public String toString() {
    return "AskedAnswer[question=" + question + ", given=" + given.size() + "]";
  }
}
