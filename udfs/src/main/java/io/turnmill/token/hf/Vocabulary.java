package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.token.AddedToken;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * The ids of a {@code tokenizer.json}: those of its model's pieces and of its added tokens.
 *
 * @param addedTokens the added tokens in the order of the file; one that is a piece, too, has the
 *     piece's id, as in the library
 * @param addedPieces spellings of added tokens that are pieces of the model, too
 * @param size one more than the greatest of all ids
 * @param modelSize one more than the greatest id that does not belong to an added token
 */
record Vocabulary(List<AddedToken> addedTokens, Set<String> addedPieces, int size, int modelSize) {

  /** Reads the vocabulary; walks over all pieces once. */
  static Vocabulary of(JsonNode tokenizer) {
    Set<String> contents = new HashSet<>();
    tokenizer.path("added_tokens").forEach(token -> contents.add(token.path("content").asText()));
    Map<String, Integer> pieces = new HashMap<>();
    BitSet ids = new BitSet();
    forEachPiece(
        tokenizer,
        (piece, id) -> {
          ids.set(Math.max(0, id));
          if (contents.contains(piece)) {
            pieces.put(piece, id);
          }
        });
    List<AddedToken> added = addedTokens(tokenizer, pieces);
    BitSet addedIds = new BitSet();
    added.forEach(token -> addedIds.set(Math.max(0, token.id())));
    int pieceSize = ids.length();
    ids.andNot(addedIds);
    return new Vocabulary(
        added, Set.copyOf(pieces.keySet()), Math.max(pieceSize, addedIds.length()), ids.length());
  }

  /**
   * Visits the pieces in the order of the file. They are an object by their spelling (BPE,
   * WordPiece), or a list of pairs whose places are the ids (Unigram). If a piece is in a list
   * twice, its last place is its id, as in the library.
   */
  private static void forEachPiece(JsonNode tokenizer, ObjIntConsumer<String> visitor) {
    JsonNode vocab = tokenizer.path("model").path("vocab");
    if (vocab.isArray()) {
      for (int id = 0; id < vocab.size(); id++) {
        visitor.accept(vocab.path(id).path(0).asText(), id);
      }
    } else {
      vocab.properties().forEach(piece -> visitor.accept(piece.getKey(), piece.getValue().asInt()));
    }
  }

  private static List<AddedToken> addedTokens(JsonNode tokenizer, Map<String, Integer> pieces) {
    List<AddedToken> added = new ArrayList<>();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      String content = token.path("content").asText();
      if (!content.isEmpty()) {
        added.add(
            new AddedToken(
                pieces.getOrDefault(content, token.path("id").asInt()),
                content,
                token.path("special").asBoolean(),
                token.path("lstrip").asBoolean(),
                token.path("rstrip").asBoolean(),
                token.path("single_word").asBoolean(),
                token.path("normalized").asBoolean()));
      }
    }
    return List.copyOf(added);
  }

  /** The id of a piece of the model, if there is such a piece. */
  static OptionalInt id(JsonNode tokenizer, String wanted) {
    Map<String, Integer> found = new HashMap<>();
    forEachPiece(
        tokenizer,
        (piece, id) -> {
          if (piece.equals(wanted)) {
            found.put(piece, id);
          }
        });
    return found.isEmpty() ? OptionalInt.empty() : OptionalInt.of(found.get(wanted));
  }
}
