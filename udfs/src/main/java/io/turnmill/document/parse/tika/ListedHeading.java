package io.turnmill.document.parse.tika;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Headings that a document lists apart from its text: the bookmarks of a PDF, the titles of slides.
 * One is a heading where its words are whole lines of its page.
 *
 * @param title its words
 * @param page the page, the first one 0
 * @param level 1 for the highest
 */
record ListedHeading(String title, int page, int level) {
  private static final int MAX_LINES = 4;

  /** The document with headings where the titles stand. */
  static DocumentText place(DocumentText document, List<ListedHeading> outlines) {
    TreeMap<Integer, Heading> found = new TreeMap<>();
    for (ListedHeading outline : outlines) {
      if (outline.page < document.pages().size()) {
        outline.find(document, found);
      }
    }
    List<Heading> headings = new ArrayList<>(document.headings());
    headings.addAll(found.values());
    headings.sort(Comparator.comparingInt(heading -> heading.span().from()));
    return new DocumentText(
        document.text(), headings, document.pages(), document.tables(), document.turns());
  }

  private void find(DocumentText document, TreeMap<Integer, Heading> found) {
    String text = document.text();
    String wanted = folded(title);
    int pageEnd =
        page + 1 < document.pages().size() ? document.pages().get(page + 1) : text.length();
    int from = document.pages().get(page);
    while (!wanted.isEmpty() && from < pageEnd) {
      int to = lineEnd(text, from, pageEnd);
      for (int i = 1, end = to; i <= MAX_LINES && from < end; i++) {
        String line = folded(text.substring(from, end));
        if (line.equals(wanted)) {
          if (found.putIfAbsent(from, new Heading(new Span(from, end), level)) == null) {
            return;
          }
          break;
        }
        if (!wanted.startsWith(line) || end >= pageEnd) {
          break;
        }
        end = lineEnd(text, end + 1, pageEnd);
      }
      from = to + 1;
    }
  }

  private static int lineEnd(String text, int from, int pageEnd) {
    int end = text.indexOf('\n', from);
    return end < 0 || end > pageEnd ? pageEnd : end;
  }

  private static String folded(String words) {
    return words.replaceAll("[\\s\\p{Z}]+", "").toLowerCase(Locale.ROOT);
  }
}
