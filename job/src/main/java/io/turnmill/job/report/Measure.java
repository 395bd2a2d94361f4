package io.turnmill.job.report;

import io.turnmill.job.terminal.HumanFormat;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** What is measured of a variant, or of two of them together. */
public enum Measure {
  /** Replies, labels, vectors or scored turns. */
  ANSWERS("answers", "answers", value -> HumanFormat.count(Math.round(value))),
  MEAN_TOKENS("mean_tokens", "tokens", value -> text("%.1f", value)),
  /** The share of replies that ended because they were as long as allowed. */
  LENGTH_SHARE("length_share", "cut off", Measure::share),
  MEAN_CONFIDENCE("mean_confidence", "confidence", value -> text("%.2f", value)),
  /** Over all tokens together. */
  PERPLEXITY("perplexity", "perplexity", value -> text("%.2f", value)),
  MEAN_SCORE("mean_score", "score", value -> text("%.2f", value)),
  UNSURE_SHARE("unsure_share", "unsure", Measure::share),
  TOKENS_PER_SECOND("tokens_per_second", "tokens/s", HumanFormat::rate),
  /** The share of answers of two variants whose texts are equal. */
  EQUAL_SHARE("equal_share", "equal", Measure::share),
  /** The same, whatever their letter case and white space. */
  EQUAL_BUT_FOR_CASE_SHARE(
      "equal_but_for_case_share", "equal but for case and blanks", Measure::share),
  SAME_LABEL_SHARE("same_label_share", "same label", Measure::share),
  /** By how many tokens the second variant's replies are longer. */
  TOKEN_DIFFERENCE("mean_token_difference", "tokens more", value -> text("%+.1f", value)),
  /** By how much the second variant's log-probability of a token is higher. */
  LOGPROB_DIFFERENCE("mean_logprob_difference", "log-probability", value -> text("%+.3f", value)),
  MEAN_COSINE("mean_cosine", "cosine", value -> text("%.3f", value));

  private final String field;
  private final String title;
  private final DoubleFunction<String> shown;

  Measure(String field, String title, DoubleFunction<String> shown) {
    this.field = field;
    this.title = title;
    this.shown = shown;
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
    return shown.apply(value);
  }

  private static String share(double value) {
    return text("%.1f %%", 100 * value);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
