package io.turnmill.job.report;

import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Table;
import io.turnmill.job.terminal.TerminalText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Prints how variants compare: a table of them, and one of any two. */
public final class ComparisonTable {
  private ComparisonTable() {}

  /**
   * The lines of both tables.
   *
   * @param columns of the terminal
   */
  public static List<String> lines(Comparison comparison, int columns) {
    List<String> lines = new ArrayList<>(List.of("", "Variants"));
    lines.addAll(
        table(
            List.of("variant", "ok", "failed"),
            comparison.variants(),
            of ->
                List.of(
                    TerminalText.line(of.name()),
                    HumanFormat.count(of.ok()),
                    HumanFormat.count(of.failed())),
            Comparison.OfVariant::measures,
            columns));
    if (comparison.pairs().isEmpty()) {
      return lines;
    }
    lines.addAll(List.of("", "Answers of two variants to the same turn"));
    lines.addAll(
        table(
            List.of("variants", "compared"),
            comparison.pairs(),
            of ->
                List.of(
                    TerminalText.line(of.one() + " → " + of.other()),
                    HumanFormat.count(of.compared())),
            Comparison.OfPair::measures,
            columns));
    return lines;
  }

  /** A table with a column for each measure that any row has. */
  private static <T> List<String> table(
      List<String> head,
      List<T> rows,
      Function<T, List<String>> cells,
      Function<T, Map<Measure, Double>> measures,
      int columns) {
    List<Measure> shown =
        Arrays.stream(Measure.values())
            .filter(of -> rows.stream().anyMatch(row -> measures.apply(row).containsKey(of)))
            .toList();
    List<String> titles = new ArrayList<>(head);
    shown.forEach(measure -> titles.add(measure.title()));
    List<List<String>> all = new ArrayList<>();
    for (T row : rows) {
      List<String> line = new ArrayList<>(cells.apply(row));
      for (Measure measure : shown) {
        Double value = measures.apply(row).get(measure);
        line.add(value == null ? "–" : measure.shown(value));
      }
      all.add(line);
    }
    List<Integer> numbers = IntStream.range(1, titles.size()).boxed().toList();
    return new Table(titles, all, numbers)
        .lines(columns - 2).stream().map(line -> "  " + line).toList();
  }
}
