package io.turnmill.job.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.report.Comparison;
import io.turnmill.job.report.Comparison.OfPair;
import io.turnmill.job.report.Comparison.OfVariant;
import io.turnmill.job.report.ComparisonTable;
import io.turnmill.job.report.Measure;
import io.turnmill.job.testing.SparkForTests;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.data.Offset;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that were made by hand, and what follows from them by pencil and paper. */
class CompareVariantsTest {
  private static final SparkSession SPARK = SparkForTests.session();
  private static final Offset<Double> CLOSE = within(1e-6); // a vector's numbers are floats
  private static final String SESSION =
      "session_id string, tenant string, variant string, status string, ";
  private static final String REPLIES =
      SESSION
          + "replies array<struct<turn int, choice int, content string, finish_reason string,"
          + " completion_tokens int, mean_logprob double, confidence double>>";

  @TempDir Path folder;

  private Comparison compare(String schema, List<String> rows, String... names) {
    String path = folder.resolve("re[s]ults {1}").toString();
    SPARK
        .read()
        .schema(schema)
        .json(SPARK.createDataset(rows, Encoders.STRING()))
        .write()
        .mode("overwrite")
        .parquet(path);
    return CompareVariants.of(SPARK, path, List.of(names));
  }

  private static String row(String id, String tenant, String variant, String more) {
    return "{\"session_id\":\"%s\",\"tenant\":%s,\"variant\":\"%s\",\"status\":\"ok\",%s}"
        .formatted(id, tenant, variant, more);
  }

  private static String reply(
      int turn, String content, String finish, int tokens, double logprob, double confidence) {
    return "{\"turn\":%s,\"choice\":0,\"content\":\"%s\",\"finish_reason\":\"%s\",\"completion_tokens\":%s,\"mean_logprob\":%s,\"confidence\":%s}"
        .formatted(turn, content, finish, tokens, logprob, confidence);
  }

  private static String replies(String... replies) {
    return "\"replies\":[" + String.join(",", replies) + "]";
  }

  private static double value(OfVariant of, Measure measure) {
    return of.measures().get(measure);
  }

  private Comparison ofReplies() {
    return compare(
        REPLIES,
        List.of(
            row(
                "s1",
                "null",
                "a",
                replies(
                    reply(0, "Yes, of course.", "stop", 4, -0.5, 0.6),
                    reply(2, "No", "stop", 1, -1.0, 0.4))),
            row(
                "s1",
                "null",
                "b",
                replies(
                    reply(0, "yes,   of Course. ", "length", 6, -0.25, 0.8),
                    reply(2, "No", "stop", 1, -0.5, 0.6))),
            // The same id of two tenants is two sessions.
            row("s2", "\"x\"", "a", replies(reply(0, "One", "stop", 2, -1.0, 0.2))),
            row("s2", "\"y\"", "b", replies(reply(0, "One", "stop", 2, -1.0, 0.2))),
            row("s3", "null", "a", replies(reply(0, "Left", "length", 3, -0.1, 0.9))),
            row("s3", "null", "b", replies(reply(0, "Right", "length", 7, -0.1, 0.9))),
            row("s4", "null", "b", "\"replies\":[]").replace("\"ok\"", "\"failed\"")),
        "a",
        "b");
  }

  @Test
  void repliesOfEachVariantAreCountedAndAveraged() {
    Comparison found = ofReplies();
    OfVariant a = found.variants().get(0);
    assertThat(a.name()).isEqualTo("a");
    assertThat(a.ok()).isEqualTo(3);
    assertThat(a.failed()).isZero();
    assertThat(value(a, Measure.ANSWERS)).isEqualTo(4);
    assertThat(value(a, Measure.MEAN_TOKENS)).isCloseTo(10 / 4.0, CLOSE);
    assertThat(value(a, Measure.LENGTH_SHARE)).isCloseTo(1 / 4.0, CLOSE);
    assertThat(value(a, Measure.MEAN_CONFIDENCE)).isCloseTo(2.1 / 4, CLOSE);
    // 4 × 0.5 + 1 × 1 + 2 × 1 + 3 × 0.1 over 10 tokens
    assertThat(value(a, Measure.PERPLEXITY)).isCloseTo(Math.exp(0.53), CLOSE);
    OfVariant b = found.variants().get(1);
    assertThat(b.ok()).isEqualTo(3);
    assertThat(b.failed()).isOne();
    assertThat(value(b, Measure.MEAN_TOKENS)).isCloseTo(16 / 4.0, CLOSE);
    assertThat(value(b, Measure.LENGTH_SHARE)).isCloseTo(2 / 4.0, CLOSE);
    // 6 × 0.25 + 1 × 0.5 + 2 × 1 + 7 × 0.1 over 16 tokens
    assertThat(value(b, Measure.PERPLEXITY)).isCloseTo(Math.exp(4.7 / 16), CLOSE);
  }

  @Test
  void repliesOfTwoVariantsToOneTurnAreComparedByTheirTextsAndLengths() {
    assertThat(ofReplies().pairs()).hasSize(1);
    OfPair pair = ofReplies().pairs().get(0);
    assertThat(pair.one()).isEqualTo("a");
    assertThat(pair.other()).isEqualTo("b");
    assertThat(pair.compared()).isEqualTo(3);
    assertThat(pair.measures().get(Measure.EQUAL_SHARE)).isCloseTo(1 / 3.0, CLOSE);
    assertThat(pair.measures().get(Measure.EQUAL_BUT_FOR_CASE_SHARE)).isCloseTo(2 / 3.0, CLOSE);
    assertThat(pair.measures().get(Measure.TOKEN_DIFFERENCE)).isCloseTo(6 / 3.0, CLOSE);
  }

  @Test
  void theTablesForPeopleHaveAColumnForEachMeasure() {
    assertThat(String.join("\n", ComparisonTable.lines(ofReplies(), 120)))
        .isEqualTo(
            """

            Variants
              variant  ok  failed  answers  tokens  cut off  confidence  perplexity
              ───────  ──  ──────  ───────  ──────  ───────  ──────────  ──────────
              a         3       0        4     2.5   25.0 %        0.53        1.70
              b         3       1        4     4.0   50.0 %        0.63        1.34

            Answers of two variants to the same turn
              variants  compared   equal  equal but for case and blanks  tokens more
              ────────  ────────  ──────  ─────────────────────────────  ───────────
              a → b            3  33.3 %                         66.7 %         +2.0""");
  }

  @Test
  void repliesThatWereEndedForRepetitionAreAShareWhereThereAreAny() {
    List<String> rows =
        List.of(
            row("s1", "null", "a", replies(reply(0, "No no no", "repetition", 9, -0.1, 0.9))),
            row("s2", "null", "a", replies(reply(0, "No", "stop", 1, -0.1, 0.9))),
            row("s1", "null", "b", replies(reply(0, "No", "stop", 1, -0.1, 0.9))));
    List<OfVariant> variants = compare(REPLIES, rows, "a", "b").variants();
    assertThat(value(variants.get(0), Measure.REPETITION_SHARE)).isCloseTo(1 / 2.0, CLOSE);
    assertThat(variants.get(1).measures()).doesNotContainKey(Measure.REPETITION_SHARE);
  }

  @Test
  void withoutNamesTheVariantsAreThoseOfTheResultsAndThoseWithoutASessionInCommonAreNotCompared() {
    Comparison found =
        compare(
            REPLIES,
            List.of(
                row("s1", "null", "b", replies(reply(0, "One", "stop", 2, -1.0, 0.2))),
                row("s2", "null", "a", replies(reply(0, "One", "stop", 2, -1.0, 0.2)))));
    assertThat(found.variants()).extracting(OfVariant::name).containsExactly("a", "b");
    assertThat(found.pairs()).isEmpty();
  }

  @Test
  void labelsAreComparedByTheirNames() {
    String schema =
        SESSION
            + "classifications array<struct<turn int, label string, score double, unsure boolean>>";
    Comparison found =
        compare(
            schema,
            List.of(
                row("s1", "null", "a", label("null", "\"cat\"", 0.9, false)),
                row("s1", "null", "b", label("null", "\"cat\"", 0.5, true)),
                row("s2", "null", "a", label("null", "\"cat\"", 0.7, false)),
                row("s2", "null", "b", label("null", "\"dog\"", 0.7, false)),
                row("s3", "null", "a", label("1", "null", 0.1, true)),
                row("s3", "null", "b", label("1", "null", 0.1, false)),
                row("s4", "null", "a", label("1", "\"dog\"", 0.3, false))),
            "a",
            "b");
    assertThat(value(found.variants().get(0), Measure.MEAN_SCORE)).isCloseTo(2.0 / 4, CLOSE);
    assertThat(value(found.variants().get(0), Measure.UNSURE_SHARE)).isCloseTo(1 / 4.0, CLOSE);
    assertThat(found.pairs().get(0).compared()).isEqualTo(3);
    assertThat(found.pairs().get(0).measures().get(Measure.SAME_LABEL_SHARE))
        .isCloseTo(2 / 3.0, CLOSE);
  }

  private static String label(String turn, String label, double score, boolean unsure) {
    return "\"classifications\":[{\"turn\":%s,\"label\":%s,\"score\":%s,\"unsure\":%s}]"
        .formatted(turn, label, score, unsure);
  }

  @Test
  void vectorsAreComparedByTheirCosineWhereTheyHaveOneSize() {
    String schema = SESSION + "embeddings array<struct<turn int, vector array<float>>>";
    Comparison found =
        compare(
            schema,
            List.of(
                row("s1", "null", "a", vector("3, 4")),
                row("s1", "null", "b", vector("4, 3")),
                row("s2", "null", "a", vector("1, 0")),
                row("s2", "null", "b", vector("0, 2")),
                row("s3", "null", "a", vector("1, 0")),
                row("s3", "null", "b", vector("1, 0, 0"))),
            "a",
            "b");
    assertThat(found.pairs().get(0).compared()).isEqualTo(3);
    assertThat(found.pairs().get(0).measures().get(Measure.MEAN_COSINE))
        .isCloseTo((24 / 25.0 + 0) / 2, CLOSE);
  }

  private static String vector(String numbers) {
    return "\"embeddings\":[{\"turn\":null,\"vector\":[" + numbers + "]}]";
  }

  @Test
  void scoredTurnsHaveOnePerplexityOverAllTheirTokens() {
    String schema =
        SESSION
            + "scores array<struct<turn int, field string, scored_tokens int, sum_logprob double,"
            + " mean_logprob double>>";
    Comparison found =
        compare(
            schema,
            List.of(
                row("s1", "null", "a", score("\"chosen\"", 4, -2)),
                row("s1", "null", "b", score("\"chosen\"", 4, -4)),
                row("s2", "null", "a", score("null", 6, -3)),
                row("s2", "null", "b", score("\"chosen\"", 6, -6))),
            "a",
            "b");
    assertThat(value(found.variants().get(0), Measure.PERPLEXITY)).isCloseTo(Math.exp(0.5), CLOSE);
    assertThat(found.pairs().get(0).compared()).as("fields are not mixed").isOne();
    assertThat(found.pairs().get(0).measures().get(Measure.LOGPROB_DIFFERENCE))
        .isCloseTo(-0.5, CLOSE);
  }

  private static String score(String field, int tokens, double sum) {
    return "\"scores\":[{\"turn\":1,\"field\":%s,\"scored_tokens\":%s,\"sum_logprob\":%s,\"mean_logprob\":%s}]"
        .formatted(field, tokens, sum, sum / tokens);
  }

  /** The same answers as in the rows of sessions. */
  @Test
  void rowsThatHoldOneReplyEachAreComparedAlike() {
    String schema =
        SESSION
            + "turn int, role string, content string, reply string, choice int,"
            + " finish_reason string, completion_tokens int, mean_logprob double,"
            + " confidence double";
    Comparison found =
        compare(
            schema,
            List.of(
                turn("s1", "null", "a", reply(0, "Yes, of course.", "stop", 4, -0.5, 0.6)),
                turn("s1", "null", "a", reply(2, "No", "stop", 1, -1.0, 0.4)),
                turn("s1", "null", "b", reply(0, "yes,   of Course. ", "length", 6, -0.25, 0.8)),
                turn("s1", "null", "b", reply(2, "No", "stop", 1, -0.5, 0.6)),
                turn("s2", "\"x\"", "a", reply(0, "One", "stop", 2, -1.0, 0.2)),
                turn("s2", "\"y\"", "b", reply(0, "One", "stop", 2, -1.0, 0.2)),
                turn("s3", "null", "a", reply(0, "Left", "length", 3, -0.1, 0.9)),
                turn("s3", "null", "b", reply(0, "Right", "length", 7, -0.1, 0.9)),
                row("s3", "null", "b", "\"turn\":2").replace("\"ok\"", "\"failed\""),
                row("s4", "null", "b", "\"turn\":null").replace("\"ok\"", "\"failed\"")),
            "a",
            "b");
    assertThat(found)
        .usingRecursiveComparison()
        .withComparatorForType(new DoubleComparator(1e-9), Double.class) // sums in another order
        .isEqualTo(ofReplies());
  }

  /** A reply as the columns of a row, beside the text of its turn. */
  private static String turn(String id, String tenant, String variant, String reply) {
    String columns = reply.substring(1, reply.length() - 1).replace("\"content\"", "\"reply\"");
    return row(id, tenant, variant, "\"content\":\"Well?\"," + columns);
  }

  @Test
  void rowsThatHoldOneLabelOrVectorOrScoreEachAreComparedAlike() {
    String schema =
        SESSION + "turn int, content string, label string, score double, unsure boolean";
    Comparison labels =
        compare(
            schema,
            List.of(
                row("s1", "null", "a", ofTurn(label("null", "\"cat\"", 0.9, false))),
                row("s1", "null", "b", ofTurn(label("null", "\"cat\"", 0.5, true))),
                row("s2", "null", "a", ofTurn(label("1", "null", 0.7, false))),
                row("s2", "null", "b", ofTurn(label("1", "\"dog\"", 0.7, false)))),
            "a",
            "b");
    assertThat(labels.variants()).extracting(OfVariant::ok).containsExactly(2L, 2L);
    assertThat(labels.pairs().get(0).measures().get(Measure.SAME_LABEL_SHARE))
        .isCloseTo(1 / 2.0, CLOSE);
    Comparison vectors =
        compare(
            SESSION + "turn int, content string, vector array<float>",
            List.of(
                row("s1", "null", "a", ofTurn(vector("3, 4"))),
                row("s1", "null", "b", ofTurn(vector("4, 3")))),
            "a",
            "b");
    assertThat(vectors.pairs().get(0).measures().get(Measure.MEAN_COSINE))
        .isCloseTo(24 / 25.0, CLOSE);
    Comparison scores =
        compare(
            SESSION
                + "turn int, content string, field string, scored_tokens int, sum_logprob double,"
                + " mean_logprob double, perplexity double",
            List.of(
                row("s1", "null", "a", ofTurn(score("null", 4, -2)) + ",\"perplexity\":1.6"),
                row("s1", "null", "b", ofTurn(score("null", 4, -4)) + ",\"perplexity\":2.7")),
            "a",
            "b");
    assertThat(scores.pairs().get(0).measures().get(Measure.LOGPROB_DIFFERENCE))
        .isCloseTo(-0.5, CLOSE);
  }

  /** The only answer of a list as the columns of a row. */
  private static String ofTurn(String list) {
    return list.substring(list.indexOf('{') + 1, list.lastIndexOf('}'));
  }

  @Test
  void resultsOfARunWithoutVariantsAreRefused() {
    String path = folder.resolve("plain").toString();
    SPARK.range(1).write().parquet(path);
    assertThatThrownBy(() -> CompareVariants.of(SPARK, path, List.of()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("has no column variant");
  }
}
