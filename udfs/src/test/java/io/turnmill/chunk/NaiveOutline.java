package io.turnmill.chunk;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import java.util.ArrayList;
import java.util.List;

/** The slow and obvious way to find the page and the headings of a place. */
final class NaiveOutline {
  private NaiveOutline() {}

  static int page(DocumentText document, int place) {
    return (int) document.pages().stream().filter(page -> page <= place).count();
  }

  static List<String> headings(DocumentText document, int place) {
    String text = document.text();
    int begins = place;
    while (begins < text.length() && isBlank(text.substring(begins, begins + 1))) {
      begins++;
    }
    List<Heading> path = new ArrayList<>();
    for (Heading heading : document.headings()) {
      int line = heading.span().from();
      while (line > 0 && text.charAt(line - 1) != '\n' && text.charAt(line - 1) != '\r') {
        line--;
      }
      if (line <= begins) {
        path.removeIf(above -> above.level() >= heading.level());
        path.add(heading);
      }
    }
    return path.stream().map(heading -> words(heading.span().of(text))).toList();
  }

  private static String words(String heading) {
    String start = heading.replaceAll("^[\\s\\h\\v\\x1C-\\x1F]+", "");
    if (start.length() > 200) {
      int end = Character.isHighSurrogate(start.charAt(199)) ? 199 : 200;
      return start.substring(0, end) + "…";
    }
    return start.replaceAll("[\\s\\h\\v\\x1C-\\x1F]+$", "");
  }

  static boolean isBlank(String text) {
    return text.chars().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }
}
