package io.turnmill.testing;

import io.turnmill.token.TokenIds;

/**
 * How good the scores of a model are over many sessions, and how far from those of a reference.
 * Scores behind the last token of a session do not count: nobody knows what comes next.
 */
public final class Divergence {
  private long tokens;
  private double nats;
  private long scores;
  private double greatestError;
  private double sumOfErrors;
  private long otherGreedy;
  private double sumOfKl;

  /** Adds a session; both arrays of scores are [tokens][vocabulary]. */
  public void add(TokenIds ids, float[][] actual, float[][] expected) {
    for (int t = 0; t + 1 < ids.size(); t++) {
      tokens++;
      nats += logSum(actual[t]) - actual[t][ids.get(t + 1)];
      compare(actual[t], expected[t]);
    }
  }

  private void compare(float[] actual, float[] expected) {
    double actualSum = logSum(actual);
    double expectedSum = logSum(expected);
    double kl = 0;
    for (int v = 0; v < actual.length; v++) {
      double error = Math.abs((double) actual[v] - expected[v]);
      greatestError = Math.max(greatestError, error);
      sumOfErrors += error;
      double logExpected = expected[v] - expectedSum;
      kl += Math.exp(logExpected) * (logExpected - (actual[v] - actualSum));
    }
    scores += actual.length;
    sumOfKl += kl;
    otherGreedy += argmax(actual) == argmax(expected) ? 0 : 1;
  }

  /** Adds what another one has seen. */
  public void add(Divergence other) {
    tokens += other.tokens;
    nats += other.nats;
    scores += other.scores;
    greatestError = Math.max(greatestError, other.greatestError);
    sumOfErrors += other.sumOfErrors;
    otherGreedy += other.otherGreedy;
    sumOfKl += other.sumOfKl;
  }

  public long tokens() {
    return tokens;
  }

  /** Per token. */
  public double perplexity() {
    return Math.exp(nats / tokens);
  }

  /** Of a single score. */
  public double greatestError() {
    return greatestError;
  }

  /** Mean absolute error of a score. */
  public double meanError() {
    return sumOfErrors / scores;
  }

  /** Share of the positions where another token has the highest score. */
  public double otherGreedyShare() {
    return (double) otherGreedy / tokens;
  }

  /** Mean Kullback-Leibler divergence from the reference, in nats. */
  public double meanKl() {
    return sumOfKl / tokens;
  }

  private static double logSum(float[] scores) {
    double max = scores[argmax(scores)];
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - max);
    }
    return max + Math.log(sum);
  }

  private static int argmax(float[] scores) {
    int best = 0;
    for (int v = 1; v < scores.length; v++) {
      if (scores[v] > scores[best]) {
        best = v;
      }
    }
    return best;
  }
}
