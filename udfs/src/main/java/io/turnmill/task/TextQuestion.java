package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.Request;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.Question.Asked;
import io.turnmill.task.Question.Refused;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.TextPieces.Piece;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Asks an encoder for the vector of one text, in one piece or several. */
final class TextQuestion {
  private TextQuestion() {}

  /**
   * The vector of a text.
   *
   * @param vector of several pieces the mean, each with the weight of its tokens
   * @param tokens how many tokens of the text the model saw
   * @param pieces in how many pieces it was computed
   */
  record Encoded(Vector vector, int tokens, int pieces) {

    /** How many tokens the model did not see. */
    int cutTokens() {
      return vector.cutTokens();
    }

    /** A copy of the numbers. */
    float[] values() {
      return vector.values();
    }
  }

  /**
   * @throws Refused if the text is too long and is to be rejected then
   */
  static <A> Asked<A> ask(
      TextPieces texts,
      String text,
      Optional<String> pair,
      TooLong tooLong,
      Function<Encoded, A> answer) {
    List<Piece> pieces = texts.of(text, pair, tooLong == TooLong.CHUNK);
    int cut = pieces.stream().mapToInt(piece -> piece.request().cutTokens()).sum();
    int tokens = pieces.stream().mapToInt(Piece::tokens).sum();
    if (cut > 0 && tooLong == TooLong.REJECT) {
      throw new Refused(
          RejectionCode.TEXT_TOO_LONG,
          "the model takes " + tokens + " tokens of " + (tokens + cut));
    }
    return new Asked<>(
        pieces.stream().<Request>map(Piece::request).toList(),
        outcomes -> {
          Vector mean = new Vector(mean(pieces, outcomes), cut);
          return answer.apply(new Encoded(mean, tokens, pieces.size()));
        });
  }

  private static float[] mean(List<Piece> pieces, List<Outcome> outcomes) {
    float[] first = ((Vector) outcomes.get(0)).values();
    if (outcomes.size() == 1) {
      return first;
    }
    double[] sums = new double[first.length];
    double weights = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      float[] values = ((Vector) outcomes.get(i)).values();
      double weight = pieces.get(i).tokens();
      weights += weight;
      for (int d = 0; d < sums.length; d++) {
        sums[d] += weight * values[d];
      }
    }
    float[] mean = new float[sums.length];
    for (int d = 0; d < mean.length; d++) {
      mean[d] = (float) (sums[d] / weights);
    }
    return mean;
  }
}
