package io.turnmill.task;

import io.turnmill.inference.Encode;
import java.util.List;
import java.util.Optional;

/** Makes the requests for the vectors of texts, as the model in use wants them. */
public interface TextPieces {

  /**
   * A text, or a part of a text that is longer than the model takes.
   *
   * @param tokens how many tokens of the text are in it, special tokens and prompts left out
   */
  record Piece(Encode request, int tokens) {}

  /**
   * The pieces of a text, in order, at least one. Without {@code chunked} it is one, and its
   * request tells how many tokens were cut.
   *
   * @param pair the second text of a pair
   * @param chunked whether a text that is too long has several pieces
   */
  List<Piece> of(String text, Optional<String> pair, boolean chunked);
}
