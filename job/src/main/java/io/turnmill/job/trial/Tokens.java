package io.turnmill.job.trial;

/**
 * Tokens of some sessions, or an estimate of them.
 *
 * @param prompt of prompts and texts
 * @param reply of replies
 */
record Tokens(double prompt, double reply) {
  static final Tokens NONE = new Tokens(0, 0);

  Tokens plus(Tokens more) {
    return new Tokens(prompt + more.prompt, reply + more.reply);
  }
}
