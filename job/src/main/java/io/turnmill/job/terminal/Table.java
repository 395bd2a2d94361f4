package io.turnmill.job.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows and columns of text, aligned; the widest columns give way where a line would not fit.
 *
 * @param head one title a column
 * @param rows as many cells as titles each; made visible already
 * @param numbers columns that are aligned to the right
 */
public record Table(List<String> head, List<List<String>> rows, List<Integer> numbers) {
  private static final int GAP = 2;
  private static final int NARROWEST = 6;

  public Table {
    head = List.copyOf(head);
    rows = rows.stream().map(List::copyOf).toList();
    numbers = List.copyOf(numbers);
  }

  /** The lines, the head first, none wider than {@code columns} if that is possible at all. */
  public List<String> lines(int columns) {
    int[] widths = widths(columns);
    List<String> lines = new ArrayList<>();
    lines.add(line(head, widths));
    lines.add(line(IntStream.of(widths).mapToObj("─"::repeat).toList(), widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private int[] widths(int columns) {
    int[] widths = new int[head.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      int widest = rows.stream().mapToInt(row -> TextWidth.of(row.get(column))).max().orElse(0);
      widths[i] = Math.max(widest, TextWidth.of(head.get(i)));
    }
    int room = columns - GAP * (widths.length - 1);
    while (IntStream.of(widths).sum() > room) {
      int widest = widest(widths);
      if (widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private static int widest(int[] widths) {
    return IntStream.range(0, widths.length)
        .reduce((a, b) -> widths[b] > widths[a] ? b : a)
        .orElse(0);
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = TextWidth.cut(cells.get(i), widths[i]);
      line.append(i == 0 ? "" : " ".repeat(GAP));
      line.append(TextWidth.pad(cell, widths[i], numbers.contains(i)));
    }
    return line.toString().stripTrailing();
  }
}
