package io.turnmill.document.parse.tika;

import java.util.List;
import java.util.regex.Pattern;

/** A table in Markdown, one line a row. */
final class MarkdownTable {
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private MarkdownTable() {}

  /** The number of columns that have text in them, and of those before. */
  static int columns(List<List<String>> rows) {
    int columns = 0;
    for (List<String> row : rows) {
      for (int i = columns; i < row.size(); i++) {
        if (!row.get(i).isBlank()) {
          columns = i + 1;
        }
      }
    }
    return columns;
  }

  /** A row, with as many cells as the table has columns. */
  static String row(List<String> cells, int columns) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < columns; i++) {
      line.append(' ').append(i < cells.size() ? cell(cells.get(i)) : "").append(" |");
    }
    return line.toString();
  }

  /** The line between the header and the other rows. */
  static String delimiter(int columns) {
    return "|" + " --- |".repeat(columns);
  }

  private static String cell(String text) {
    return WHITE_SPACE.matcher(text).replaceAll(" ").strip().replace("|", "\\|");
  }
}
