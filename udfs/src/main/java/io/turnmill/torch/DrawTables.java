package io.turnmill.torch;

import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.Draw;
import io.turnmill.engine.NextTokens;
import io.turnmill.engine.ScoreEdits.Edit;
import io.turnmill.engine.TokenLogprob.Alternative;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
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
   * What a pass leaves on the device.
   *
   * @param scores float32 [draws, vocabulary]
   * @param finite bool [rows of the batch]: whether the row's last state is
   */
  record Scores(IValue scores, IValue finite) {}

  /**
   * What a step brings home.
   *
   * @param next one token for each draw
   * @param spoilt rows of the batch whose last state was not finite
   */
  record Drawn(NextTokens next, List<Integer> spoilt) {}

  /**
   * Draws one token for each row. Waits for the device once, and again only where the candidates
   * were too few.
   *
   * @param candidates tokens that a draw looks at before it sorts the whole vocabulary
   * @param meanwhile done before the device is waited for
   */
  Drawn run(
      TorchModule sampler, Scores scores, int candidates, Arguments arguments, Runnable meanwhile) {
    if (draws.isEmpty()) {
      IValue flags = arguments.own(sampler.run("flags", scores.finite()));
      meanwhile.run();
      return new Drawn(
          new NextTokens(new int[0], new float[0]), zeros(arguments.doubles(flags), 0));
    }
    IValue drawn = start(sampler, scores, candidates, arguments);
    meanwhile.run();
    double[] flat = arguments.doubles(drawn);
    settle(flat, sampler, scores, arguments);
    return new Drawn(
        next(flat, alternatives(sampler, scores.scores(), arguments)),
        zeros(flat, 3 * draws.size()));
  }

  /** Draws again, from all tokens, where the candidates were too few. */
  private void settle(double[] flat, TorchModule sampler, Scores scores, Arguments arguments) {
    int count = draws.size();
    int[] unsettled = rows(i -> flat[2 * count + i] == 0);
    if (unsettled.length == 0) {
      return;
    }
    IValue rows = arguments.longs(IntStream.of(unsettled).asLongStream().toArray());
    IValue others = arguments.own(sampler.run("rows", scores.scores(), rows));
    IValue drawn =
        new DrawTables(IntStream.of(unsettled).mapToObj(draws::get).toList())
            .start(sampler, new Scores(others, scores.finite()), Integer.MAX_VALUE, arguments);
    double[] again = arguments.doubles(drawn);
    for (int i = 0; i < unsettled.length; i++) {
      flat[unsettled[i]] = again[i];
      flat[count + unsettled[i]] = again[unsettled.length + i];
    }
  }

  private NextTokens next(double[] flat, Optional<List<List<Alternative>>> alternatives) {
    int[] ids = new int[draws.size()];
    float[] logprobs = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) flat[i];
      logprobs[i] = (float) flat[ids.length + i];
    }
    return alternatives
        .map(likeliest -> new NextTokens(ids, logprobs, likeliest))
        .orElseGet(() -> new NextTokens(ids, logprobs));
  }

  /** Places behind {@code from} of what is 0. */
  private static List<Integer> zeros(double[] numbers, int from) {
    return IntStream.range(from, numbers.length)
        .filter(i -> numbers[i] == 0)
        .mapToObj(i -> i - from)
        .toList();
  }

  /** See {@link SamplerSource}. */
  private IValue start(TorchModule sampler, Scores scores, int candidates, Arguments arguments) {
    int[] greedy = rows(i -> draws.get(i).greedy() && !draws.get(i).edits().isEmpty());
    int[] sampled = rows(i -> !draws.get(i).greedy());
    return arguments.own(
        sampler.run(
            "draw",
            scores.scores(),
            arguments.matrix(table(), SamplerSource.COLUMNS),
            arguments.longs(IntStream.of(greedy).asLongStream().toArray()),
            arguments.matrix(edits(greedy), SamplerSource.EDIT_COLUMNS),
            arguments.longs(IntStream.of(sampled).asLongStream().toArray()),
            arguments.matrix(edits(sampled), SamplerSource.EDIT_COLUMNS),
            arguments.number(candidates),
            scores.finite()));
  }

  /**
   * What else was likely in each row; nothing if no draw asks for it.
   *
   * @param scores float32 [draws, vocabulary]
   */
  private Optional<List<List<Alternative>>> alternatives(
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

  private int[] rows(IntPredicate wanted) {
    return IntStream.range(0, draws.size()).filter(wanted).toArray();
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
