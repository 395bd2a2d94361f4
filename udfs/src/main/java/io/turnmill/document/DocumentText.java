package io.turnmill.document;

import java.util.List;

/**
 * The text of a document with its structure. All places are indices of {@code char}s of the text,
 * and all lists are in the order of the text.
 *
 * @param text the text; paragraphs are separated by an empty line, tables are in Markdown
 * @param headings the headings that stand in the text
 * @param pages the place at which each page begins, the first one at 0; empty where there are no
 *     pages
 * @param tables the tables, each from the first character of its first row to the end of its last
 *     one; they do not overlap
 * @param turns the place at which each turn of a conversation begins; empty for what is none
 */
public record DocumentText(
    String text,
    List<Heading> headings,
    List<Integer> pages,
    List<Span> tables,
    List<Integer> turns) {

  public DocumentText {
    headings = List.copyOf(headings);
    pages = List.copyOf(pages);
    tables = List.copyOf(tables);
    turns = List.copyOf(turns);
  }

  /** A text without structure. */
  public static DocumentText of(String text) {
    return new DocumentText(text, List.of(), List.of(), List.of(), List.of());
  }

  /** Tells sizes only, because a document's text never reaches a log. */
  @Override
  public String toString() {
    return "DocumentText[chars=" + text.length() + ", headings=" + headings.size() + "]";
  }
}
