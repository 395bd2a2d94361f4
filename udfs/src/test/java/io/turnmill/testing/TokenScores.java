package io.turnmill.testing;

import io.turnmill.token.TokenIds;
import java.util.List;

/** Scores behind every token of whole sessions: what benches measure the quality of a model by. */
public interface TokenScores extends AutoCloseable {
  /** float32 [tokens][vocabulary] of each session; all of them go through one forward pass. */
  List<float[][]> of(List<TokenIds> sessions);

  @Override
  void close();
}
