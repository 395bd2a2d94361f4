package io.turnmill.task;

import io.turnmill.inference.StopCheck;
import io.turnmill.task.ReasoningMarkers.Marker;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;

/**
 * Follows one growing reply through its reasoning. A reply reasons once, at its beginning: from the
 * opening marker, before which only white space may be, or from its first token if the prompt has
 * opened the reasoning already, to the first closing marker.
 */
final class ReasoningCheck implements StopCheck {
  private enum State {
    /** Nothing but white space and perhaps a part of the opening marker is there. */
    BEFORE,
    WITHIN,
    AFTER
  }

  private final Marker start;
  private final Tokenizer tokenizer;

  /** Sees the closing marker. */
  private final StopCheck end;

  /** Sees what ends the whole reply. */
  private final StopCheck stops;

  private State state;

  /** The tokens while the state is {@link State#BEFORE}. */
  private TokenIds begin = TokenIds.empty();

  /**
   * @param end its {@code endsWith} is true for the token with which the closing marker is complete
   */
  ReasoningCheck(
      Marker start, Tokenizer tokenizer, StopCheck end, StopCheck stops, boolean isOpened) {
    this.start = start;
    this.tokenizer = tokenizer;
    this.end = end;
    this.stops = stops;
    this.state = isOpened ? State.WITHIN : State.BEFORE;
  }

  @Override
  public boolean endsWith(int tokenId) {
    boolean ends = stops.endsWith(tokenId);
    state =
        switch (state) {
          case BEFORE -> afterBeginningWith(tokenId);
          case WITHIN -> end.endsWith(tokenId) ? State.AFTER : State.WITHIN;
          case AFTER -> State.AFTER;
        };
    return ends;
  }

  private State afterBeginningWith(int tokenId) {
    if (start.id().isPresent()) {
      boolean isBlank = tokenizer.decode(TokenIds.of(tokenId)).isBlank();
      return tokenId == start.id().getAsInt() ? State.WITHIN : isBlank ? State.BEFORE : State.AFTER;
    }
    begin = begin.concat(TokenIds.of(tokenId));
    String text = tokenizer.decode(begin).stripLeading();
    if (text.isEmpty()) {
      begin = TokenIds.empty(); // white space is not kept, however much there is
    }
    if (text.startsWith(start.text())) {
      return State.WITHIN;
    }
    return start.text().startsWith(text) ? State.BEFORE : State.AFTER;
  }

  @Override
  public boolean thinking() {
    return state == State.WITHIN;
  }
}
