package io.turnmill.chunk;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Under which headings, and on which page, a place of a document is. */
final class Outline {
  /** No heading applies. */
  static final int NONE = -1;

  /** A longer heading is cut in a path, as it would stand in every chunk under it. */
  private static final int LONGEST_HEADING = 200;

  private final String text;
  private final int[] pages;

  /** Where the line of each heading begins. */
  private final int[] starts;

  /** Where the white space before each of these lines begins. */
  private final int[] reaches;

  /** The heading above each one. */
  private final int[] above;

  private final List<String> words = new ArrayList<>();

  Outline(DocumentText document) {
    text = document.text();
    pages = document.pages().stream().mapToInt(Integer::intValue).toArray();
    List<Heading> headings = document.headings();
    starts = new int[headings.size()];
    reaches = new int[headings.size()];
    above = new int[headings.size()];
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < starts.length; i++) {
      Heading heading = headings.get(i);
      starts[i] = CutPlaces.lineStart(text, heading.span().from());
      reaches[i] = reach(i);
      words.add(words(heading));
      while (!open.isEmpty() && headings.get(open.peek()).level() >= heading.level()) {
        open.pop();
      }
      above[i] = open.isEmpty() ? NONE : open.peek();
      open.push(i);
    }
  }

  /** The last heading at or before a place, or where the text after the place begins with it. */
  int heading(int place) {
    return last(reaches, place);
  }

  /** Where the line of the last heading before {@code place} begins; 0 if there is none. */
  int sectionBefore(int place) {
    int heading = last(starts, place - 1);
    return heading == NONE ? 0 : starts[heading];
  }

  boolean beginsSection(int place) {
    return Arrays.binarySearch(starts, place) >= 0;
  }

  /** The words of a heading and of all above it, the highest level first. */
  List<String> path(int heading) {
    Deque<String> path = new ArrayDeque<>();
    for (int i = heading; i != NONE; i = above[i]) {
      path.push(words.get(i));
    }
    return List.copyOf(path);
  }

  /** The page of a place, from 1; 0 if there are no pages. */
  int page(int place) {
    return last(pages, place) + 1;
  }

  /** The last of the sorted {@code values} that is not greater than {@code most}. */
  private static int last(int[] values, int most) {
    int low = -1;
    int high = values.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (values[middle] <= most) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private int reach(int i) {
    int before = i == 0 ? 0 : Math.min(starts[i - 1], starts[i]);
    int reach = Blank.before(text, before, starts[i]);
    return i > 0 && reach == before ? reaches[i - 1] : reach;
  }

  private String words(Heading heading) {
    int to = Math.min(heading.span().to(), text.length());
    int from = Blank.from(text, Math.min(heading.span().from(), to), to);
    if (to - from <= LONGEST_HEADING) {
      return text.substring(from, Blank.before(text, from, to));
    }
    int end = from + LONGEST_HEADING;
    return text.substring(from, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + "\u2026";
  }
}
