package io.turnmill.job.compare;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.report.Comparison;
import io.turnmill.job.report.Comparison.OfPair;
import io.turnmill.job.report.Comparison.OfVariant;
import io.turnmill.job.report.Measure;
import io.turnmill.job.rows.ResultRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Compares the variants of a run by its results. Spark counts and averages; the driver gets a row
 * for each variant, and one for all pairs.
 */
public final class CompareVariants {
  private static final String VARIANT = ResultRows.VARIANT;

  private final ComparedAnswers answers;
  private final List<String> names;

  private CompareVariants(ComparedAnswers answers, List<String> names) {
    this.answers = answers;
    this.names = names;
  }

  /**
   * Compares.
   *
   * @param folder the folder of the table of results
   * @param names the variants in their order; empty if they are not known
   * @throws SetupException when the results are not those of a run with variants
   */
  public static Comparison of(SparkSession spark, String folder, List<String> names) {
    Dataset<Row> results = spark.read().parquet(withoutGlob(folder));
    if (!Arrays.asList(results.columns()).contains(VARIANT)) {
      throw new SetupException(
          folder + " has no column " + VARIANT + ": the run had no variants to compare.");
    }
    return new CompareVariants(
            ComparedAnswers.in(results), names.isEmpty() ? found(results) : names)
        .compare();
  }

  /** Spark takes paths for globs, and a backslash for what makes the next character a plain one. */
  private static String withoutGlob(String folder) {
    return folder.replaceAll("[\\[\\]{}*?\\\\]", "\\\\$0");
  }

  private static List<String> found(Dataset<Row> results) {
    return results.select(VARIANT).distinct().collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  private Comparison compare() {
    Map<String, Long> sessions = new HashMap<>();
    for (Row row : answers.sessions().groupBy(VARIANT, "status").count().collectAsList()) {
      sessions.put(row.getString(0) + " " + row.getString(1), row.getLong(2));
    }
    Optional<AnswerKind> kind = answers.kind();
    Map<String, Map<Measure, Double>> measures = kind.map(this::ofVariants).orElse(Map.of());
    List<OfVariant> variants = new ArrayList<>();
    for (String name : names) {
      variants.add(
          new OfVariant(
              name,
              sessions.getOrDefault(name + " " + ResultRows.STATUS_OK, 0L),
              sessions.getOrDefault(name + " " + ResultRows.STATUS_FAILED, 0L),
              measures.getOrDefault(name, Map.of())));
    }
    return new Comparison(variants, kind.map(this::ofPairs).orElse(List.of()));
  }

  private Map<String, Map<Measure, Double>> ofVariants(AnswerKind kind) {
    List<Measure> measured = List.copyOf(new EnumMap<>(kind.ofVariant()).keySet());
    Column[] columns =
        measured.stream()
            .map(measure -> expr(kind.ofVariant().get(measure)).cast("double"))
            .toArray(Column[]::new);
    Map<String, Map<Measure, Double>> all = new HashMap<>();
    for (Row row : aggregated(answers.answers(kind), columns).collectAsList()) {
      all.put(row.getString(0), values(measured, row, 1));
    }
    return all;
  }

  private static Dataset<Row> aggregated(Dataset<Row> all, Column[] columns) {
    Column[] more = Arrays.copyOfRange(columns, 1, columns.length);
    return all.groupBy(VARIANT).agg(columns[0], more);
  }

  /** The measures that are known, which stand in a row from a place on. */
  private static Map<Measure, Double> values(List<Measure> measured, Row row, int from) {
    Map<Measure, Double> values = new EnumMap<>(Measure.class);
    for (int i = 0; i < measured.size(); i++) {
      if (!row.isNullAt(from + i)) {
        values.put(measured.get(i), row.getDouble(from + i));
      }
    }
    return values;
  }

  /** Two variants, by their places. */
  private record Pair(int one, int other) {}

  private List<OfPair> ofPairs(AnswerKind kind) {
    List<Pair> pairs = new ArrayList<>();
    for (int one = 0; one < names.size(); one++) {
      for (int other = one + 1; other < names.size(); other++) {
        pairs.add(new Pair(one, other));
      }
    }
    if (pairs.isEmpty()) {
      return List.of();
    }
    List<Measure> measured = List.copyOf(new EnumMap<>(kind.ofPair()).keySet());
    List<Column> columns = new ArrayList<>();
    for (Pair pair : pairs) {
      Column both = col(of(pair.one())).isNotNull().and(col(of(pair.other())).isNotNull());
      columns.add(count(when(both, lit(1))));
      for (Measure measure : measured) {
        Column value =
            expr(
                kind.ofPair()
                    .get(measure)
                    .replaceAll("\\bx\\.", of(pair.one()) + ".")
                    .replaceAll("\\by\\.", of(pair.other()) + "."));
        columns.add(avg(when(both, value)));
      }
    }
    Column[] more = columns.subList(1, columns.size()).toArray(Column[]::new);
    Row row = besideEachOther(kind).agg(columns.get(0), more).head();
    List<OfPair> found = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      int from = i * (1 + measured.size());
      long compared = row.getLong(from);
      if (compared > 0) {
        found.add(
            new OfPair(
                names.get(pairs.get(i).one()),
                names.get(pairs.get(i).other()),
                compared,
                values(measured, row, from + 1)));
      }
    }
    return found;
  }

  /** A row for each place that was asked about, with a column for the answer of each variant. */
  private Dataset<Row> besideEachOther(AnswerKind kind) {
    List<Column> key = new ArrayList<>(List.of(col("session_id"), col("tenant")));
    kind.place().forEach(field -> key.add(col(ComparedAnswers.ANSWER + "." + field)));
    List<Column> ofVariants = new ArrayList<>();
    for (int place = 0; place < names.size(); place++) {
      Column own = col(VARIANT).equalTo(names.get(place));
      ofVariants.add(first(when(own, expr(kind.compared())), true).as(of(place)));
    }
    Column[] more = ofVariants.subList(1, ofVariants.size()).toArray(Column[]::new);
    return answers.answers(kind).groupBy(key.toArray(Column[]::new)).agg(ofVariants.get(0), more);
  }

  /** The column with the answer of a variant. */
  private static String of(int place) {
    return "v" + place;
  }
}
