package io.turnmill.document.parse;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headings and tables of a Markdown text, which stays as it is: headings of both kinds ({@code
 * #}, and a line underlined with {@code =} or {@code -}) and pipe tables, outside of fenced code
 * and of the front matter.
 */
final class MarkdownStructure {
  private static final Pattern ATX =
      Pattern.compile(" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*");
  private static final Pattern SETEXT = Pattern.compile(" {0,3}(=+|-+)[ \t]*");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})([^`]*)");
  private static final Pattern DELIMITER_ROW =
      Pattern.compile(" {0,3}\\|?[ \t]*:?-+:?[ \t]*(?:\\|[ \t]*:?-+:?[ \t]*)*\\|?[ \t]*");

  /** What a line begins with that cannot be the text of an underlined heading. */
  private static final Pattern NO_PARAGRAPH =
      Pattern.compile("(?: {4}|\t).*| {0,3}(?:[-+*>|<]|\\d{1,9}[.)]|#{1,6}[ \t]).*");

  private final String text;
  private final List<Heading> headings = new ArrayList<>();
  private final List<Span> tables = new ArrayList<>();

  private Span previous = new Span(0, 0);
  private int paragraphLines;
  private String fence = "";
  private int tableFrom = -1;
  private int tableTo;

  private MarkdownStructure(String text) {
    this.text = text;
  }

  static DocumentText of(String text) {
    MarkdownStructure structure = new MarkdownStructure(text);
    int from = afterFrontMatter(text);
    while (from < text.length()) {
      int end = lineEnd(text, from);
      structure.line(new Span(from, withoutReturn(text, from, end)));
      from = end + 1;
    }
    structure.endTable();
    return new DocumentText(text, structure.headings, List.of(), structure.tables, List.of());
  }

  private void line(Span span) {
    String line = span.of(text);
    if (fenced(line)) {
      endTable();
      paragraphLines = 0;
    } else if (tableFrom >= 0 && line.contains("|")) {
      tableTo = span.to();
    } else {
      endTable();
      if (!heading(span, line) && !underlined(line) && !tableBegins(span, line)) {
        boolean paragraph = !line.isBlank() && !NO_PARAGRAPH.matcher(line).matches();
        paragraphLines = paragraph ? paragraphLines + 1 : 0;
      } else {
        paragraphLines = 0;
      }
    }
    previous = span;
  }

  private boolean fenced(String line) {
    Matcher matcher = FENCE.matcher(line);
    if (!matcher.matches()) {
      return !fence.isEmpty();
    }
    if (fence.isEmpty()) {
      fence = matcher.group(1);
    } else if (matcher.group(1).startsWith(fence) && matcher.group(2).isBlank()) {
      fence = "";
    }
    return true;
  }

  private boolean heading(Span span, String line) {
    Matcher matcher = ATX.matcher(line);
    if (!matcher.matches()) {
      return false;
    }
    if (matcher.group(2) != null && !matcher.group(2).isBlank()) {
      int from = span.from() + matcher.start(2);
      headings.add(
          new Heading(new Span(from, span.from() + matcher.end(2)), matcher.group(1).length()));
    }
    return true;
  }

  private boolean underlined(String line) {
    Matcher matcher = SETEXT.matcher(line);
    if (paragraphLines != 1 || !matcher.matches()) {
      return false;
    }
    String words = previous.of(text);
    int from = previous.from() + words.length() - words.stripLeading().length();
    int to = previous.from() + words.stripTrailing().length();
    headings.add(new Heading(new Span(from, to), matcher.group(1).charAt(0) == '=' ? 1 : 2));
    return true;
  }

  private boolean tableBegins(Span span, String line) {
    if (!line.contains("|")
        || !previous.of(text).contains("|")
        || !DELIMITER_ROW.matcher(line).matches()) {
      return false;
    }
    tableFrom = previous.from();
    tableTo = span.to();
    return true;
  }

  private void endTable() {
    if (tableFrom >= 0) {
      tables.add(new Span(tableFrom, tableTo));
      tableFrom = -1;
    }
  }

  /** Front matter is a block of YAML between two lines of three dashes, at the very beginning. */
  private static int afterFrontMatter(String text) {
    int from = lineEnd(text, 0) + 1;
    if (!lineAt(text, 0).equals("---")) {
      return 0;
    }
    while (from < text.length()) {
      String line = lineAt(text, from);
      from = lineEnd(text, from) + 1;
      if (line.equals("---") || line.equals("...")) {
        return from;
      }
    }
    return 0;
  }

  private static String lineAt(String text, int from) {
    return text.substring(from, lineEnd(text, from)).stripTrailing();
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private static int withoutReturn(String text, int from, int end) {
    return end > from && text.charAt(end - 1) == '\r' ? end - 1 : end;
  }
}
