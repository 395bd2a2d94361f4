package io.turnmill.task;

import java.util.OptionalInt;

/**
 * The marks between which a model reasons before it answers, such as {@code <think>} and {@code
 * </think>}.
 */
public record ReasoningMarkers(Marker start, Marker end) {

  /**
   * One of the two marks.
   *
   * @param text its spelling
   * @param id its id, if it is a token of its own; otherwise it is found in the text of a reply
   */
  public record Marker(String text, OptionalInt id) {}
}
