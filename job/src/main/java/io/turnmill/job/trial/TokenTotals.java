package io.turnmill.job.trial;

/**
 * Tokens of some sessions, or an estimate of them.
 *
 * @param prompt of prompts and texts
 * @param reply of replies
 */
record TokenTotals(double prompt, double reply) {
  static final TokenTotals NONE = new TokenTotals(0, 0);

  TokenTotals plus(TokenTotals more) {
    return new TokenTotals(prompt + more.prompt, reply + more.reply);
  }
}
