package io.turnmill.engine.decode;

import io.turnmill.engine.ScoreEdits;
import io.turnmill.engine.ScoreEdits.Edit;
import io.turnmill.inference.Penalties;
import io.turnmill.inference.SamplingParams;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the {@link ScoreEdits} of one growing reply: as many numbers as there are different tokens
 * in it, never one for each token of the vocabulary.
 */
final class ScoreEditor {
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  private final SamplingParams sampling;

  /**
   * What stands from one token to the next; an entry of a reply's token is replaced as it grows.
   */
  private final List<Edit> edits = new ArrayList<>();

  /** Where in {@link #edits} a token's entry is. */
  private final Map<Integer, Integer> places = new HashMap<>();

  private final Map<Integer, Integer> counts = new HashMap<>();

  ScoreEditor(SamplingParams sampling, TokenIds prompt) {
    this.sampling = sampling;
    sampling.logitBias().forEach((id, bias) -> put(new Edit(id, bias.floatValue(), 1, 0)));
    if (sampling.penalties().ofPrompt()) {
      for (int i = 0; i < prompt.size(); i++) {
        Edit edit = get(prompt.get(i));
        put(new Edit(edit.id(), edit.bias(), repetition(), edit.deduction()));
      }
    }
  }

  private float repetition() {
    return (float) sampling.penalties().repetition();
  }

  private Edit get(int id) {
    Integer place = places.get(id);
    return place == null ? new Edit(id, 0, 1, 0) : edits.get(place);
  }

  private void put(Edit edit) {
    Integer place = places.putIfAbsent(edit.id(), edits.size());
    if (place == null) {
      edits.add(edit);
    } else {
      edits.set(place, edit);
    }
  }

  /** The reply has one token more. */
  void append(int id) {
    Penalties penalties = sampling.penalties();
    if (penalties.none()) {
      return;
    }
    int count = counts.merge(id, 1, Integer::sum);
    double deduction = penalties.presence() + count * penalties.frequency();
    put(new Edit(id, get(id).bias(), repetition(), (float) deduction));
  }

  /**
   * The edits for the reply's next token.
   *
   * @param drawn tokens that the reply has
   */
  ScoreEdits edits(int drawn) {
    if (drawn >= sampling.minTokens() || sampling.stopTokenIds().isEmpty()) {
      return ScoreEdits.of(edits);
    }
    List<Edit> masked = new ArrayList<>(edits);
    masked.removeIf(edit -> sampling.stopTokenIds().contains(edit.id()));
    sampling.stopTokenIds().forEach(id -> masked.add(new Edit(id, NEVER, 1, 0)));
    return ScoreEdits.of(masked);
  }
}
