package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.terminal.Table;
import io.turnmill.job.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;

/** Prints rejected rows as a table; columns without any value are left out. */
final class RejectedView {
  private static final List<String> COLUMNS =
      List.of(
          "scope",
          "code",
          "detail",
          "source_file",
          "line",
          "position",
          "tenant",
          "session_id",
          "variant");
  private static final List<String> NUMBERS = List.of("line", "position");

  private RejectedView() {}

  static List<String> row(Group group) {
    return COLUMNS.stream()
        .map(name -> GroupValues.text(group, name).map(TerminalText::line).orElse(""))
        .toList();
  }

  static List<String> lines(List<List<String>> rows, int columns) {
    List<Integer> used = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < COLUMNS.size(); i++) {
      int column = i;
      if (rows.stream().anyMatch(row -> !row.get(column).isEmpty())) {
        if (NUMBERS.contains(COLUMNS.get(i))) {
          numbers.add(used.size());
        }
        used.add(i);
      }
    }
    List<String> head = used.stream().map(COLUMNS::get).toList();
    List<List<String>> cells =
        rows.stream().map(row -> used.stream().map(row::get).toList()).toList();
    return new Table(head, cells, numbers).lines(columns);
  }
}
