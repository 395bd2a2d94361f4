package io.turnmill.engine.decode;

import io.turnmill.inference.TokenLogprob;

/**
 * What a pass found for one piece.
 *
 * @param next what it found for all
 * @param token the index of the piece's token, if one was drawn
 * @param target the index of its first target, if it has any
 */
record PieceResult(NextTokens next, int token, int target) {

  /** The token that was drawn. */
  TokenLogprob drawn() {
    return next.token(token);
  }

  /** The log-probability of a target of the piece, which are counted from 0. */
  float logprob(int index) {
    return next.targetLogprob(target + index);
  }
}
