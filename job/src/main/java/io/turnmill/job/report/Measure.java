package io.turnmill.job.report;

import java.util.Locale;

/** What is measured of a variant, or of two of them together. */
public enum Measure {
  /** Replies, labels, vectors or scored turns. */
  ANSWERS("answers", "answers", "%,.0f"),
  MEAN_TOKENS("mean_tokens", "tokens", "%.1f"),
  /** The share of replies that ended because they were as long as allowed. */
  LENGTH_SHARE("length_share", "cut off", Share.FORMAT),
  /** The share of replies that were ended because they repeated themselves. */
  REPETITION_SHARE("repetition_share", "repetition", Share.FORMAT),
  MEAN_CONFIDENCE("mean_confidence", "confidence", "%.2f"),
  /** Over all tokens together. */
  PERPLEXITY("perplexity", "perplexity", "%.2f"),
  MEAN_SCORE("mean_score", "score", "%.2f"),
  UNSURE_SHARE("unsure_share", "unsure", Share.FORMAT),
  TOKENS_PER_SECOND("tokens_per_second", "tokens/s", "%,.1f"),
  /** The share of answers of two variants whose texts are equal. */
  EQUAL_SHARE("equal_share", "equal", Share.FORMAT),
  /** The same, whatever their letter case and white space. */
  EQUAL_BUT_FOR_CASE_SHARE(
      "equal_but_for_case_share", "equal but for case and blanks", Share.FORMAT),
  SAME_LABEL_SHARE("same_label_share", "same label", Share.FORMAT),
  /** By how many tokens the second variant's replies are longer. */
  TOKEN_DIFFERENCE("mean_token_difference", "tokens more", "%+.1f"),
  /** By how much the second variant's log-probability of a token is higher. */
  LOGPROB_DIFFERENCE("mean_logprob_difference", "log-probability", "%+.3f"),
  MEAN_COSINE("mean_cosine", "cosine", "%.3f");

  private static final double PERCENT = 100;

  private final String field;
  private final String title;
  private final String format;

  Measure(String field, String title, String format) {
    this.field = field;
    this.title = title;
    this.format = format;
  }

  /** The format of a share, which is shown in percent. */
  private static final class Share {
    static final String FORMAT = "%.1f %%";
  }

  /** Its name in the manifest. */
  public String field() {
    return field;
  }

  /** Its name for people. */
  String title() {
    return title;
  }

  /** A value as people read it. */
  String shown(double value) {
    double scale = format.equals(Share.FORMAT) ? PERCENT : 1;
    return String.format(Locale.ROOT, format, scale * value);
  }
}
