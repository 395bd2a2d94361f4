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
 * Keeps the {@link ScoreEdits} of one growing reply. Its size depends on how many different tokens
 * it concerns, never on the size of the vocabulary.
 */
final class ScoreEditor {
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  private final SamplingParams sampling;

  /** The edits so far; the entry of a token in the reply is replaced as the reply grows. */
  private final List<Edit> edits = new ArrayList<>();

  /** The index in {@link #edits} of each token's entry. */
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

  /** Takes one more token of the reply. */
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
   * Returns the edits for the reply's next token.
   *
   * @param drawn how many tokens the reply has
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
