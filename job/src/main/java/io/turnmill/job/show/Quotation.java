package io.turnmill.job.show;

import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.Terminal.Style;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.terminal.Wrap;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer in the text in which it stands: the line before it, the line or lines that hold it, in
 * which it is marked, and the line after it. Lines are those of the terminal; blank ones are left
 * out.
 */
final class Quotation {
  /** In the place of "»" and "«" until lines are broken: no other controls are in the text then. */
  private static final String FROM = "\u0001";

  private static final String TO = "\u0002";

  /** Lines of a long answer that are shown at each end of it. */
  private static final int LINES_OF_ANSWER = 3;

  /**
   * How many lines of text are taken before and after an answer, to find one of each that says
   * something.
   */
  private static final int LINES_AROUND = 4;

  private Quotation() {}

  /**
   * The lines.
   *
   * @param from where the answer begins, in code points
   * @param terminal each of its lines begins with {@link AnswerLines#QUOTE}
   */
  static List<String> lines(ShownChunks chunks, int from, int to, Terminal terminal) {
    int columns = terminal.columns() - AnswerLines.QUOTE.length();
    int around = LINES_AROUND * columns;
    int begin = Math.max(0, from - around);
    String before = chunks.text(begin, from);
    String after = chunks.text(to, Math.min(chunks.length(), to + around));
    String text =
        TerminalText.text(begin == 0 ? before : fromWord(before))
            + FROM
            + TerminalText.text(chunks.text(from, to))
            + TO
            + TerminalText.text(after);
    List<String> lines =
        Wrap.lines(text, columns).stream().filter(line -> !line.isBlank()).toList();
    int first = withMark(lines, FROM);
    int last = withMark(lines, TO);
    List<String> shown = new ArrayList<>();
    boolean isInside = false;
    for (int i = Math.max(0, first - 1); i <= Math.min(lines.size() - 1, last + 1); i++) {
      String line = lines.get(i);
      if (i >= first + LINES_OF_ANSWER && i <= last - LINES_OF_ANSWER) {
        if (i == first + LINES_OF_ANSWER) {
          shown.add("…");
        }
      } else {
        shown.add(painted(line, isInside, terminal));
      }
      isInside = line.contains(FROM) || isInside;
      isInside = !line.contains(TO) && isInside;
    }
    return shown;
  }

  /** The text without a part of a word at its beginning. */
  private static String fromWord(String text) {
    int space = text.indexOf(' ');
    int line = text.indexOf('\n');
    int cut = space < 0 ? line : line < 0 ? space : Math.min(space, line);
    return cut < 0 ? text : text.substring(cut + 1);
  }

  private static int withMark(List<String> lines, String mark) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(mark)) {
        return i;
      }
    }
    throw new IllegalStateException("A mark is in no line. This is a bug.");
  }

  private static String painted(String line, boolean isInside, Terminal terminal) {
    int from = isInside ? 0 : line.indexOf(FROM);
    if (from < 0) {
      return line;
    }
    int mark = line.indexOf(TO);
    int to = mark < 0 ? line.length() : mark + 1;
    String answer = line.substring(from, to).replace(FROM, "»").replace(TO, "«");
    return line.substring(0, from) + terminal.paint(Style.YELLOW, answer) + line.substring(to);
  }
}
