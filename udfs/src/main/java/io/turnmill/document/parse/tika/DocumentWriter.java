package io.turnmill.document.parse.tika;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the text of a document: paragraphs with an empty line between them, no spaces at the ends
 * of lines, never two empty lines. It keeps where headings, pages and tables are. Breaks are not
 * written before there is something after them.
 */
final class DocumentWriter {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder spaces = new StringBuilder();
  private final List<Heading> headings = new ArrayList<>();
  private final List<Integer> pages = new ArrayList<>();
  private final List<Span> tables = new ArrayList<>();
  private final int maxChars;

  private int breaks;
  private String marker = "";
  private int pagesToBegin;
  private int headingLevel;
  private int headingFrom = -1;
  private boolean tooLong;

  DocumentWriter(int maxChars) {
    this.maxChars = maxChars;
  }

  /** Text whose white space only separates words, as in HTML. */
  void words(CharSequence chars) {
    for (int i = 0; i < chars.length(); i++) {
      char c = chars.charAt(i);
      if (c == ' ' || c == '\u00a0' || c == '\n' || c == '\t' || c == '\r' || c == '\f') {
        space(' ');
      } else {
        write(c);
      }
    }
  }

  /** Text whose line ends are line ends. */
  void lines(CharSequence chars) {
    for (int i = 0; i < chars.length(); i++) {
      char c = chars.charAt(i);
      if (c == '\n') {
        newline();
      } else if (c == ' ' || c == '\u00a0' || c == '\t') {
        spaces.append(c == '\t' ? '\t' : ' ');
      } else if (c >= ' ') {
        write(c);
      }
    }
  }

  /** Ends a line; the second one in a row makes an empty line. */
  void newline() {
    separate(Math.min(2, breaks + 1));
  }

  /** What follows begins on a line of its own. */
  void line() {
    separate(Math.max(1, breaks));
  }

  /** What follows begins after an empty line. */
  void block() {
    separate(2);
  }

  /** What follows begins on a line of its own, with a mark such as {@code "- "}. */
  void item(String mark) {
    line();
    marker = mark;
  }

  void beginHeading(int level) {
    block();
    headingLevel = level;
    headingFrom = -1;
  }

  void endHeading() {
    if (headingFrom >= 0) {
      headings.add(new Heading(new Span(headingFrom, text.length()), headingLevel));
    }
    headingLevel = 0;
    headingFrom = -1;
    block();
  }

  void beginPage() {
    block();
    pagesToBegin++;
  }

  /** Writes a table, whose first row is its header. Nothing is written of one without text. */
  void table(List<List<String>> rows) {
    int columns = MarkdownTable.columns(rows);
    if (columns == 0) {
      return;
    }
    block();
    begin();
    int from = text.length();
    boolean header = true;
    for (List<String> row : rows) {
      if (!header) {
        append("\n");
      }
      append(MarkdownTable.row(row, columns));
      if (header) {
        append("\n");
        append(MarkdownTable.delimiter(columns));
        header = false;
      }
    }
    tables.add(new Span(from, text.length()));
    block();
  }

  /** Takes the text written so far, and begins anew. */
  String take() {
    String taken = text.toString();
    text.setLength(0);
    spaces.setLength(0);
    breaks = 0;
    marker = "";
    return taken;
  }

  /** Whether a text became too long, whatever was made of the exception that said so. */
  boolean isTooLong() {
    return tooLong;
  }

  DocumentText document() {
    while (pagesToBegin > 0) {
      addPage();
    }
    return new DocumentText(text.toString(), headings, pages, tables, List.of());
  }

  private void separate(int wanted) {
    if (headingLevel > 0) {
      space(' ');
    } else if (marker.isEmpty()) {
      breaks = wanted;
      spaces.setLength(0);
    }
  }

  private void space(char c) {
    if (spaces.isEmpty()) {
      spaces.append(c);
    }
  }

  private void write(char c) {
    if (c < ' ') {
      return;
    }
    if (breaks > 0 || !marker.isEmpty() || text.length() == 0 || pagesToBegin > 0) {
      begin();
    } else if (!spaces.isEmpty()) {
      append(spaces);
      spaces.setLength(0);
    }
    if (headingLevel > 0 && headingFrom < 0) {
      headingFrom = text.length();
    }
    if (text.length() >= maxChars) {
      throw tooLong();
    }
    text.append(c);
  }

  /** Writes the breaks and the mark that are due. */
  private void begin() {
    if (text.length() > 0) {
      append("\n".repeat(breaks));
    }
    breaks = 0;
    spaces.setLength(0);
    while (pagesToBegin > 0) {
      addPage();
    }
    append(marker);
    marker = "";
  }

  private void addPage() {
    pages.add(pages.isEmpty() ? 0 : text.length());
    pagesToBegin--;
  }

  private void append(CharSequence chars) {
    if (text.length() + chars.length() > maxChars) {
      throw tooLong();
    }
    text.append(chars);
  }

  TextTooLongException tooLong() {
    tooLong = true;
    return new TextTooLongException(maxChars);
  }
}
