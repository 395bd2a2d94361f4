package io.turnmill.torch;

import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.Draw;
import io.turnmill.engine.ScoreEdits.Edit;
import io.turnmill.engine.TokenLogprob.Alternative;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The draws of one step as the {@link SamplerSource} takes them. */
final class DrawTables {
  private static final Comparator<Alternative> LIKELIEST_FIRST =
      Comparator.comparing(Alternative::logprob).reversed().thenComparing(Alternative::id);

  private final List<Draw> draws;

  DrawTables(List<Draw> draws) {
    this.draws = draws;
  }

  /**
   * Draws one token for each row.
   *
   * @param scores float32 [draws, vocabulary]
   * @param candidates tokens that a draw looks at before it sorts the whole vocabulary
   * @return float64 [2, draws]: ids, log-probabilities
   */
  double[] run(TorchModule sampler, IValue scores, int candidates, Arguments arguments) {
    int[] greedy = rows(draw -> draw.greedy() && !draw.edits().isEmpty());
    int[] sampled = rows(draw -> !draw.greedy());
    return arguments.doubles(
        arguments.own(
            sampler.run(
                "draw",
                scores,
                arguments.matrix(table(), SamplerSource.COLUMNS),
                arguments.longs(IntStream.of(greedy).asLongStream().toArray()),
                arguments.matrix(edits(greedy), SamplerSource.EDIT_COLUMNS),
                arguments.longs(IntStream.of(sampled).asLongStream().toArray()),
                arguments.matrix(edits(sampled), SamplerSource.EDIT_COLUMNS),
                arguments.number(candidates))));
  }

  /**
   * What else was likely in each row; nothing if no draw asks for it.
   *
   * @param scores as above
   */
  Optional<List<List<Alternative>>> alternatives(
      TorchModule sampler, IValue scores, Arguments arguments) {
    int most = draws.stream().mapToInt(Draw::alternatives).max().orElse(0);
    if (most == 0) {
      return Optional.empty();
    }
    double[] likeliest =
        arguments.doubles(arguments.own(sampler.run("likeliest", scores, arguments.number(most))));
    int found = likeliest.length / 2 / draws.size();
    List<List<Alternative>> all = new ArrayList<>();
    for (int row = 0; row < draws.size(); row++) {
      List<Alternative> alternatives = new ArrayList<>();
      for (int i = row * found; i < (row + 1) * found; i++) {
        float logprob = (float) likeliest[likeliest.length / 2 + i];
        alternatives.add(new Alternative((int) likeliest[i], logprob));
      }
      alternatives.sort(LIKELIEST_FIRST);
      all.add(alternatives.subList(0, Math.min(found, draws.get(row).alternatives())));
    }
    return Optional.of(all);
  }

  private int[] rows(Predicate<Draw> wanted) {
    return IntStream.range(0, draws.size()).filter(i -> wanted.test(draws.get(i))).toArray();
  }

  private float[] table() {
    float[] table = new float[draws.size() * SamplerSource.COLUMNS];
    int next = 0;
    for (Draw draw : draws) {
      table[next++] = draw.temperature();
      table[next++] = draw.topK();
      table[next++] = draw.topP();
      table[next++] = draw.minP();
      table[next++] = draw.uniform();
    }
    return table;
  }

  /** Of the given rows, which are numbered from 0. */
  private float[] edits(int[] rows) {
    int count = IntStream.of(rows).map(row -> draws.get(row).edits().edits().size()).sum();
    float[] table = new float[count * SamplerSource.EDIT_COLUMNS];
    int next = 0;
    for (int i = 0; i < rows.length; i++) {
      for (Edit edit : draws.get(rows[i]).edits().edits()) {
        table[next++] = i;
        table[next++] = edit.id();
        table[next++] = edit.bias();
        table[next++] = edit.repetition();
        table[next++] = edit.deduction();
      }
    }
    return table;
  }
}
