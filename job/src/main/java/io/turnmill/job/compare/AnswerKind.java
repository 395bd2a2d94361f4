package io.turnmill.job.compare;

import static io.turnmill.job.report.Measure.ANSWERS;
import static io.turnmill.job.report.Measure.EQUAL_BUT_FOR_CASE_SHARE;
import static io.turnmill.job.report.Measure.EQUAL_SHARE;
import static io.turnmill.job.report.Measure.LENGTH_SHARE;
import static io.turnmill.job.report.Measure.LOGPROB_DIFFERENCE;
import static io.turnmill.job.report.Measure.MEAN_CONFIDENCE;
import static io.turnmill.job.report.Measure.MEAN_COSINE;
import static io.turnmill.job.report.Measure.MEAN_SCORE;
import static io.turnmill.job.report.Measure.MEAN_TOKENS;
import static io.turnmill.job.report.Measure.PERPLEXITY;
import static io.turnmill.job.report.Measure.REPETITION_SHARE;
import static io.turnmill.job.report.Measure.SAME_LABEL_SHARE;
import static io.turnmill.job.report.Measure.TOKEN_DIFFERENCE;
import static io.turnmill.job.report.Measure.UNSURE_SHARE;

import io.turnmill.job.report.Measure;
import java.util.List;
import java.util.Map;

/**
 * What can be compared of the answers in one column of the results, in Spark SQL.
 *
 * @param column the column with a list of answers
 * @param ofTurn a field that every answer has, which is a column of its own where a row holds one
 *     answer
 * @param place the fields of an answer {@code a} that say what it answers, besides the session
 * @param ofVariant an aggregate over answers {@code a}
 * @param compared what of an answer is compared with that of another variant
 * @param ofPair a value for two answers {@code x} and {@code y}, each as {@code compared} makes it,
 *     of which the mean is taken
 */
record AnswerKind(
    String column,
    String ofTurn,
    List<String> place,
    Map<Measure, String> ofVariant,
    String compared,
    Map<Measure, String> ofPair) {

  private static final String FOLDED = "lower(trim(regexp_replace(a.content, '(?U)\\\\s+', ' ')))";

  /** Those that there are, by the tasks that write them. */
  static final List<AnswerKind> ALL =
      List.of(
          new AnswerKind(
              "replies",
              "finish_reason",
              List.of("turn", "choice"),
              Map.of(
                  ANSWERS, "count(1)",
                  MEAN_TOKENS, "avg(a.completion_tokens)",
                  LENGTH_SHARE, "avg(double(a.finish_reason = 'length'))",
                  // Most runs have none, which is not worth a column.
                  REPETITION_SHARE, "nullif(avg(double(a.finish_reason = 'repetition')), 0D)",
                  MEAN_CONFIDENCE, "avg(a.confidence)",
                  PERPLEXITY,
                      "exp(-sum(a.mean_logprob * a.completion_tokens)"
                          + " / nullif(sum(a.completion_tokens), 0))"),
              // Hashes, as texts would be shuffled.
              "named_struct('text', sha2(a.content, 256), 'folded', sha2("
                  + FOLDED
                  + ", 256), 'tokens', a.completion_tokens)",
              Map.of(
                  EQUAL_SHARE, "double(x.text = y.text)",
                  EQUAL_BUT_FOR_CASE_SHARE, "double(x.folded = y.folded)",
                  TOKEN_DIFFERENCE, "double(y.tokens - x.tokens)")),
          new AnswerKind(
              "classifications",
              "unsure",
              List.of("turn"),
              Map.of(
                  ANSWERS, "count(1)",
                  MEAN_SCORE, "avg(a.score)",
                  UNSURE_SHARE, "avg(double(a.unsure))"),
              "named_struct('label', a.label)",
              Map.of(SAME_LABEL_SHARE, "double(x.label <=> y.label)")),
          new AnswerKind(
              "embeddings",
              "vector",
              List.of("turn"),
              Map.of(ANSWERS, "count(1)"),
              "named_struct('vector', a.vector)",
              Map.of(
                  MEAN_COSINE,
                  "if(size(x.vector) = size(y.vector), "
                      + dot("x", "y")
                      + " / nullif(sqrt("
                      + dot("x", "x")
                      + ") * sqrt("
                      + dot("y", "y")
                      + "), 0), null)")),
          new AnswerKind(
              "scores",
              "perplexity",
              List.of("turn", "field"),
              Map.of(
                  ANSWERS, "count(1)",
                  MEAN_TOKENS, "avg(a.scored_tokens)",
                  PERPLEXITY, "exp(-sum(a.sum_logprob) / nullif(sum(a.scored_tokens), 0))"),
              "named_struct('mean', a.mean_logprob)",
              Map.of(LOGPROB_DIFFERENCE, "y.mean - x.mean")));

  private static String dot(String one, String other) {
    return "aggregate(zip_with("
        + one
        + ".vector, "
        + other
        + ".vector, (p, q) -> double(p) * double(q)), 0D, (sum, product) -> sum + product)";
  }
}
