package io.turnmill.document.parse.tika;

import io.turnmill.document.DocumentText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Makes a text of the elements of HTML, whether a page of the web has them or Tika tells a document
 * in them. A table that holds other tables or headings, or has one column, only lays things out:
 * its cells become blocks.
 */
final class StructureWriter {
  private static final Set<String> PAGES = Set.of("page", "slide", "slide-content", "sheet");

  private static final Set<String> BLOCKS =
      Set.of(
          "p",
          "ul",
          "ol",
          "dl",
          "blockquote",
          "pre",
          "section",
          "article",
          "header",
          "footer",
          "main",
          "nav",
          "aside",
          "figure",
          "form",
          "fieldset",
          "hr",
          "address",
          "details",
          "menu");

  private static final Set<String> LINES =
      Set.of("div", "dt", "dd", "figcaption", "legend", "summary", "option", "center", "caption");

  private final DocumentWriter text;
  private final int maxChars;
  private final boolean wordsOnly;
  private final Deque<TableCells> tables = new ArrayDeque<>();
  private final Deque<ItemCount> lists = new ArrayDeque<>();
  private int preformatted;
  private boolean listParagraph;

  /** The items of a list so far. */
  private static final class ItemCount {
    private final boolean ordered;
    private int items;

    ItemCount(boolean ordered) {
      this.ordered = ordered;
    }
  }

  /** A table that is being read: its rows so far, unless it only lays things out. */
  private static final class TableCells {
    private final DocumentWriter cell;
    private final List<List<String>> rows = new ArrayList<>();
    private boolean layout;
    private boolean inCell;
    private long chars;

    TableCells(int maxChars) {
      cell = new DocumentWriter(maxChars);
    }
  }

  /**
   * A writer.
   *
   * @param wordsOnly whether line ends in the text separate words only, as in HTML
   */
  StructureWriter(int maxChars, boolean wordsOnly) {
    this.text = new DocumentWriter(maxChars);
    this.maxChars = maxChars;
    this.wordsOnly = wordsOnly;
  }

  void start(String element, String type) {
    switch (element) {
      case "table" -> startTable();
      case "tr" -> startRow();
      case "td", "th" -> startCell();
      case "h1", "h2", "h3", "h4", "h5", "h6" -> {
        layOut();
        text.beginHeading(element.charAt(1) - '0');
      }
      case "ul", "ol" -> {
        if (lists.isEmpty()) {
          writer().block();
        } else {
          writer().line();
        }
        lists.push(new ItemCount(element.equals("ol")));
      }
      case "li" -> writer().item(mark());
      case "br" -> writer().newline();
      case "p" -> startParagraph(type);
      case "pre" -> {
        preformatted++;
        writer().block();
      }
      case "div" -> {
        if (PAGES.contains(type) && tables.isEmpty()) {
          text.beginPage();
        } else {
          separate(element);
        }
      }
      default -> separate(element);
    }
  }

  void end(String element) {
    switch (element) {
      case "table" -> endTable();
      case "tr" -> {}
      case "td", "th" -> endCell();
      case "h1", "h2", "h3", "h4", "h5", "h6" -> text.endHeading();
      case "ul", "ol" -> {
        lists.poll();
        if (lists.isEmpty()) {
          writer().block();
        } else {
          writer().line();
        }
      }
      case "li" -> writer().line();
      case "br" -> {}
      case "p" -> endParagraph();
      case "pre" -> {
        preformatted = Math.max(0, preformatted - 1);
        writer().block();
      }
      default -> separate(element);
    }
  }

  void text(CharSequence chars) {
    TableCells table = tables.peek();
    boolean betweenCells = table != null && !table.layout && !table.inCell;
    if (betweenCells && chars.chars().allMatch(Character::isWhitespace)) {
      return;
    }
    DocumentWriter writer = betweenCells ? text : writer();
    if (wordsOnly && preformatted == 0) {
      writer.words(chars);
    } else {
      writer.lines(chars);
    }
  }

  boolean isTooLong() {
    return text.isTooLong() || tables.stream().anyMatch(table -> table.cell.isTooLong());
  }

  DocumentText document() {
    while (!tables.isEmpty()) {
      endTable();
    }
    return text.document();
  }

  /** Word's lists are paragraphs of a style. */
  private void startParagraph(String type) {
    listParagraph = type.startsWith("list_");
    if (listParagraph) {
      writer().line();
    } else {
      writer().block();
    }
  }

  private void endParagraph() {
    if (listParagraph) {
      writer().line();
    } else {
      writer().block();
    }
    listParagraph = false;
  }

  private void separate(String element) {
    String name = element.toLowerCase(Locale.ROOT);
    if (BLOCKS.contains(name)) {
      writer().block();
    } else if (LINES.contains(name)) {
      writer().line();
    }
  }

  private String mark() {
    ItemCount list = lists.peek();
    if (list == null || !list.ordered) {
      return "- ";
    }
    list.items++;
    return list.items + ". ";
  }

  /** Where text goes now: into the open cell, or into the document. */
  private DocumentWriter writer() {
    TableCells table = tables.peek();
    return table == null || table.layout ? text : table.cell;
  }

  private void startTable() {
    layOut();
    text.block();
    tables.push(new TableCells(maxChars));
  }

  private void startRow() {
    TableCells table = tables.peek();
    if (table == null || table.layout) {
      text.block();
      return;
    }
    table.rows.add(new ArrayList<>());
  }

  private void startCell() {
    TableCells table = tables.peek();
    if (table == null || table.layout) {
      text.block();
      return;
    }
    endCell();
    if (table.rows.isEmpty()) {
      table.rows.add(new ArrayList<>());
    }
    table.inCell = true;
  }

  private void endCell() {
    TableCells table = tables.peek();
    if (table == null || table.layout) {
      text.block();
    } else if (table.inCell) {
      String cell = table.cell.take();
      table.chars += cell.length() + 1;
      if (table.chars > maxChars) {
        throw table.cell.tooLong();
      }
      table.rows.get(table.rows.size() - 1).add(cell);
      table.inCell = false;
    }
  }

  private void endTable() {
    TableCells table = tables.peek();
    if (table == null) {
      return;
    }
    endCell();
    if (!table.layout && table.rows.stream().allMatch(row -> row.size() <= 1)) {
      layOut();
    }
    if (!table.layout) {
      table.rows.removeIf(row -> row.stream().allMatch(String::isBlank));
      text.table(table.rows);
    }
    tables.pop();
    text.block();
  }

  /** Makes blocks of the innermost table, of what came and what comes. */
  private void layOut() {
    TableCells table = tables.peek();
    if (table == null || table.layout) {
      return;
    }
    for (List<String> row : table.rows) {
      for (String cell : row) {
        text.block();
        text.lines(cell);
      }
    }
    text.block();
    text.lines(table.cell.take());
    text.block();
    table.rows.clear();
    table.layout = true;
  }
}
