package io.turnmill.task;

import io.turnmill.inference.StopCheck;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.task.ReasoningMarkers.Marker;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.util.List;
import java.util.Optional;

/** Parts the replies of a model that reasons into reasoning and answer. */
final class Reasoning {
  /** The opening marker and the white space after it have at most this many tokens in a prompt. */
  private static final int TAIL_TOKENS = 32;

  private final ReasoningMarkers markers;
  private final Tokenizer tokenizer;
  private final StopStrings endText;

  Reasoning(ReasoningMarkers markers, Tokenizer tokenizer) {
    this.markers = markers;
    this.tokenizer = tokenizer;
    List<String> texts = markers.end().id().isPresent() ? List.of() : List.of(markers.end().text());
    this.endText = new StopStrings(texts, 0, tokenizer);
  }

  /**
   * A reply in its parts.
   *
   * @param reasoning without the markers and the white space around it
   * @param tokens how many tokens it has
   * @param answer what comes after it, without the white space before it; empty if it did not end
   */
  record Parts(String reasoning, int tokens, String answer) {}

  /**
   * Whether a prompt has opened the reasoning, so that the reply begins within it.
   *
   * @param continued the message that the reply continues, if it does
   */
  boolean isOpenedBy(TokenIds prompt, Optional<Message> continued) {
    String start = markers.start().text();
    if (continued.isPresent() && continued.get().role() == Role.ASSISTANT) {
      String content = continued.get().content();
      return content.lastIndexOf(start) > content.lastIndexOf(markers.end().text());
    }
    if (markers.start().id().isEmpty()) {
      TokenIds tail = prompt.slice(Math.max(0, prompt.size() - TAIL_TOKENS), prompt.size());
      return tokenizer.decode(tail).stripTrailing().endsWith(start);
    }
    int last = prompt.size() - 1;
    int id = markers.start().id().getAsInt();
    while (last >= 0
        && prompt.get(last) != id
        && prompt.size() - last < TAIL_TOKENS
        && isWhiteSpace(prompt.get(last))) {
      last--;
    }
    return last >= 0 && prompt.get(last) == id;
  }

  /** A special token has no text either, but it is no white space. */
  private boolean isWhiteSpace(int tokenId) {
    String text = tokenizer.decode(TokenIds.of(tokenId));
    return !text.isEmpty() && text.isBlank();
  }

  /** A check that follows the reasoning of a reply beside what ends the reply. */
  StopCheck newCheck(StopCheck stops, boolean isOpened) {
    Marker end = markers.end();
    StopCheck closed = end.id().isPresent() ? id -> id == end.id().getAsInt() : endText.newCheck();
    return new ReasoningCheck(markers.start(), tokenizer, closed, stops, isOpened);
  }

  /**
   * Parts a reply; empty if it does not reason.
   *
   * @param whole the text of {@code ids}
   * @param kept its first part, as far as no stop string has ended it
   */
  Optional<Parts> parts(TokenIds ids, String whole, String kept, boolean isOpened) {
    StopCheck check = newCheck(StopCheck.NEVER, isOpened);
    boolean reasons = isOpened;
    int tokens = 0;
    int closedAt = -1;
    for (int i = 0; i < ids.size() && closedAt < 0; i++) {
      boolean before = check.thinking();
      check.endsWith(ids.get(i));
      reasons |= check.thinking();
      tokens += before && check.thinking() ? 1 : 0;
      closedAt = before && !check.thinking() ? i : -1;
    }
    if (!reasons) {
      return Optional.empty();
    }
    int begin = isOpened ? 0 : Math.max(0, afterStart(whole));
    int answerAt = closedAt < 0 ? whole.length() : answerAt(ids, closedAt, whole, begin);
    String head = kept.substring(0, Math.min(answerAt, kept.length()));
    String answer = kept.substring(head.length());
    String reasoning = head.substring(Math.min(begin, head.length()));
    String end = markers.end().text();
    return Optional.of(
        new Parts(
            (reasoning.endsWith(end)
                    ? reasoning.substring(0, reasoning.length() - end.length())
                    : reasoning)
                .strip(),
            tokens,
            answer.stripLeading()));
  }

  /** Where the opening marker ends in a reply; 0 if the tokenizer leaves it out as special. */
  private int afterStart(String whole) {
    String text = whole.stripLeading();
    String start = markers.start().text();
    return text.startsWith(start) ? whole.length() - text.length() + start.length() : 0;
  }

  /** Where the answer begins in the text. */
  private int answerAt(TokenIds ids, int closedAt, String whole, int begin) {
    String end = markers.end().text();
    if (markers.end().id().isEmpty()) {
      int at = whole.indexOf(end, begin);
      return at < 0 ? whole.length() : at + end.length();
    }
    String answer = tokenizer.decode(ids.slice(closedAt + 1, ids.size()));
    return Math.max(begin, whole.length() - answer.length());
  }
}
