package io.turnmill.job.show;

import io.turnmill.document.parse.ParseRefusal;
import io.turnmill.job.results.GroupValues;
import io.turnmill.job.terminal.Table;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.terminal.Wrap;
import io.turnmill.session.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
    List<String> lines = new ArrayList<>(new Table(head, cells, numbers).lines(columns));
    Set<String> codes = new TreeSet<>();
    rows.stream()
        .filter(row -> row.get(COLUMNS.indexOf("scope")).equals(Scope.DOCUMENT.wireName()))
        .forEach(row -> codes.add(row.get(COLUMNS.indexOf("code"))));
    lines.addAll(meanings(codes, columns));
    return lines;
  }

  /** What it means that a file did not become a document, for each code. */
  private static List<String> meanings(Set<String> codes, int columns) {
    List<String> lines = new ArrayList<>();
    for (ParseRefusal code : ParseRefusal.values()) {
      if (codes.contains(code.wireName())) {
        lines.addAll(Wrap.lines(code.wireName() + ": " + code.meaning() + ".", columns));
      }
    }
    if (!lines.isEmpty()) {
      lines.add(0, "");
    }
    return lines;
  }
}
