package io.turnmill.testing;

import io.turnmill.engine.Draw;
import io.turnmill.engine.ScoreEdits;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The contract of {@link Draw} written down as plainly as it can be: one row, the whole vocabulary
 * sorted, no shortcuts. What a forward pass draws must equal it.
 */
public final class ReferenceSampler {
  private ReferenceSampler() {}

  /** The token that {@code draw} takes from the scores of one row. */
  public static int draw(float[] scores, Draw draw) {
    float[] scaled = scores.clone();
    for (ScoreEdits.Edit edit : draw.edits().edits()) {
      scaled[edit.id()] = edit.apply(scaled[edit.id()]);
    }
    if (draw.greedy()) {
      return greatest(scaled);
    }
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] /= draw.temperature();
    }
    List<Integer> kept = sorted(scaled);
    if (draw.topK() > 0) {
      kept = kept.subList(0, Math.min(draw.topK(), kept.size()));
    }
    kept = nucleus(kept, probabilities(kept, scaled), draw.topP());
    double[] probabilities = probabilities(kept, scaled);
    double least = draw.minP() * probabilities[0];
    kept = kept.subList(0, (int) Arrays.stream(probabilities).filter(p -> p >= least).count());
    return walk(kept, probabilities(kept, scaled), draw.uniform());
  }

  /** Natural log-probability of {@code id} with temperature 1 and nothing masked. */
  public static double logprob(float[] scores, int id) {
    double greatest = scores[greatest(scores)];
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - greatest);
    }
    return scores[id] - greatest - Math.log(sum);
  }

  private static int greatest(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  /** Ids from the most probable on; among equals the smaller first. */
  private static List<Integer> sorted(float[] scaled) {
    return IntStream.range(0, scaled.length)
        .boxed()
        .sorted(Comparator.comparing((Integer id) -> -scaled[id] + 0f))
        .toList();
  }

  private static double[] probabilities(List<Integer> ids, float[] scaled) {
    double greatest = scaled[ids.get(0)];
    double[] weights = ids.stream().mapToDouble(id -> Math.exp(scaled[id] - greatest)).toArray();
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  private static List<Integer> nucleus(List<Integer> ids, double[] probabilities, float topP) {
    double sum = 0;
    for (int count = 0; topP < 1 && count < ids.size(); count++) {
      if (sum >= topP) {
        return ids.subList(0, count);
      }
      sum += probabilities[count];
    }
    return ids;
  }

  private static int walk(List<Integer> ids, double[] probabilities, float uniform) {
    double sum = 0;
    for (int i = 0; i < ids.size(); i++) {
      sum += probabilities[i];
      if (sum > uniform) {
        return ids.get(i);
      }
    }
    return ids.get(ids.size() - 1);
  }
}
