package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.example.data.Group;

/**
 * A chunk of a document or of a session.
 *
 * @param number its place among the chunks, from 0
 * @param start where it begins in the text of the item, in code points
 * @param end where it ends
 * @param pages the pages on which it begins and ends; nothing where there are no pages
 * @param turns the turns in which it begins and ends; nothing in a document
 * @param headings those under which it begins, the highest level first
 * @param error why it has no answer, if it has none: the code and the detail
 */
record ShownChunk(
    int number,
    int start,
    int end,
    Optional<Range> pages,
    Optional<Range> turns,
    List<String> headings,
    String text,
    Optional<String> error) {

  /** The first and the last of pages or turns. */
  record Range(long first, long last) {
    static Optional<Range> of(Group row, String first, String last) {
      return GroupValues.has(row, first)
          ? Optional.of(new Range(GroupValues.number(row, first), GroupValues.number(row, last)))
          : Optional.empty();
    }

    String shown(String one, String several) {
      return first == last ? one + " " + first : several + " " + first + "–" + last;
    }
  }

  /**
   * @param row of the table of chunks, or of the column
   */
  static ShownChunk of(Group row) {
    return new ShownChunk(
        (int) GroupValues.number(row, "number"),
        (int) GroupValues.number(row, "start"),
        (int) GroupValues.number(row, "end"),
        Range.of(row, "first_page", "last_page"),
        Range.of(row, "first_turn", "last_turn"),
        GroupValues.list(row, "headings"),
        GroupValues.text(row, "text").orElse(""),
        error(row));
  }

  /** The code and the detail of what has no answer. */
  static Optional<String> error(Group of) {
    return GroupValues.text(of, "error_code")
        .map(code -> code + GroupValues.text(of, "error_detail").map(why -> ": " + why).orElse(""));
  }

  /** Whether a stretch of the item's text is in it. */
  boolean holds(int from, int to) {
    return start <= from && to <= end;
  }

  /** Its number and where it stands. */
  String place() {
    return "chunk " + number + " · " + place(start, end);
  }

  /**
   * Where a stretch of the chunk stands.
   *
   * @param from where it begins in the text of the item
   */
  String place(int from, int to) {
    List<String> facts = new ArrayList<>();
    facts.add("characters " + HumanFormat.count(from) + "–" + HumanFormat.count(to));
    pages.ifPresent(of -> facts.add(of.shown("page", "pages")));
    turns.ifPresent(of -> facts.add(of.shown("turn", "turns")));
    if (!headings.isEmpty()) {
      facts.add(TerminalText.line(String.join(" > ", headings)));
    }
    return String.join(" · ", facts);
  }

  /** Tells the place only, because text of documents never reaches a log. */
  @Override
  public String toString() {
    return "ShownChunk[" + number + ", " + start + "–" + end + "]";
  }
}
