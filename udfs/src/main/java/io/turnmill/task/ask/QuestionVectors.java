package io.turnmill.task.ask;

import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.Request;
import io.turnmill.task.TextPieces;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The vectors of the questions, for all items and threads of a process. The first works ask the
 * encoder, each for itself, until one of them has an answer: nothing waits for the request of
 * another work, which may never be answered. A failure is not kept, so the next item asks again.
 */
final class QuestionVectors {
  private final List<String> questions;
  private final TextPieces pieces;
  private final Map<Integer, Vector> known = new ConcurrentHashMap<>();

  QuestionVectors(Collection<String> questions, TextPieces pieces) {
    this.questions = List.copyOf(questions);
    this.pieces = pieces;
  }

  Optional<Vector> of(int question) {
    return Optional.ofNullable(known.get(question));
  }

  /** A request for the vector of a question that is not known yet. */
  Request request(int question) {
    return pieces
        .of(questions.get(question), Optional.empty(), /* chunked= */ false)
        .get(0)
        .request()
        .to(AskTask.ENCODER);
  }

  /** Keeps a vector, unless another work was faster. */
  void keep(int question, Vector vector) {
    known.putIfAbsent(question, vector);
  }
}
