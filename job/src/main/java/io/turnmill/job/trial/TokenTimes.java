package io.turnmill.job.trial;

import io.turnmill.job.report.EngineWork;

/**
 * How long an executor's engine takes for a token, without being idle: the time of passes with
 * tokens of prompts grows with the prompts, the time of the others with the replies, and the time
 * between passes with both.
 *
 * @param prompt seconds for a token of a prompt, also if it was not computed: as many are cached
 *     elsewhere as in the trial
 * @param reply seconds for a token of a reply
 */
record TokenTimes(double prompt, double reply) {

  /**
   * The times of a trial.
   *
   * @param tokens of all its sessions, of which some are those of prompts
   */
  static TokenTimes of(EngineWork.Times times, TokenTotals tokens) {
    double prefill = times.prefill().toNanos() / 1e9;
    double decode = times.decode().toNanos() / 1e9;
    double host = times.host().toNanos() / 1e9;
    double both = prefill + decode == 0 ? 1 : 1 + host / (prefill + decode);
    if (tokens.reply() == 0) {
      return new TokenTimes((prefill + decode) * both / tokens.prompt(), 0);
    }
    return new TokenTimes(prefill * both / tokens.prompt(), decode * both / tokens.reply());
  }

  double seconds(TokenTotals tokens) {
    return tokens.prompt() * prompt + tokens.reply() * reply;
  }
}
