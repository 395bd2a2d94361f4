package io.turnmill.torch;

import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.Draw;
import io.turnmill.engine.ScoreEdits.Edit;
import io.turnmill.engine.decode.NextTokens;
import io.turnmill.inference.TokenLogprob.Alternative;
import io.turnmill.torch.source.SamplerSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
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
   * @param finite bool [rows]: whether the row's last state is
   * @param targets float32 [targets]: log-probabilities, of a batch that has targets
   * @param rows of the batch
   * @param vocab columns of the scores
   */
  record Scores(IValue scores, IValue finite, Optional<IValue> targets, int rows, int vocab) {}

  /**
   * What a step brings home.
   *
   * @param next one token for each draw
   * @param spoilt rows of the batch whose last state was not finite
   */
  record Drawn(NextTokens next, Set<Integer> spoilt) {}

  /**
   * Draws one token for each row. Waits for the device once, and again only where the candidates
   * were too few.
   *
   * @param candidates tokens that a draw looks at before it sorts the whole vocabulary, if no
   *     draw's top k is greater
   * @param meanwhile done before the device is waited for
   */
  Drawn run(
      TorchModule sampler, Scores scores, int candidates, Arguments arguments, Runnable meanwhile) {
    if (draws.isEmpty()) {
      IValue flags = arguments.own(sampler.run("flags", scores.finite()));
      meanwhile.run();
      Set<Integer> spoilt = zeros(arguments.doubles(flags), 0, scores.rows());
      return new Drawn(new NextTokens(new int[0], new float[0], List.of(), spoilt), spoilt);
    }
    int most = draws.stream().mapToInt(Draw::alternatives).max().orElse(0);
    IValue drawn = start(sampler, scores, enough(candidates, scores), most, arguments);
    meanwhile.run();
    double[] flat = arguments.doubles(drawn);
    settle(flat, sampler, scores, arguments);
    return drawn(flat, scores.rows());
  }

  /** With the one that follows the last of the top k it is known that none is as good as that. */
  private int enough(int candidates, Scores scores) {
    return draws.stream().mapToInt(draw -> topK(draw, scores) + 1).reduce(candidates, Math::max);
  }

  /** 0 where it leaves nothing out. */
  private static int topK(Draw draw, Scores scores) {
    return draw.topK() >= scores.vocab() ? 0 : draw.topK();
  }

  /** Draws again, from all tokens, where the candidates were too few. */
  private void settle(double[] flat, TorchModule sampler, Scores scores, Arguments arguments) {
    int count = draws.size();
    int[] unsettled = places(i -> flat[2 * count + i] == 0);
    if (unsettled.length == 0) {
      return;
    }
    IValue rows = arguments.vector(longs(unsettled));
    Scores others =
        new Scores(
            arguments.own(sampler.run("rows", scores.scores(), rows)),
            scores.finite(),
            Optional.empty(),
            scores.rows(),
            scores.vocab());
    IValue drawn =
        new DrawTables(IntStream.of(unsettled).mapToObj(draws::get).toList())
            .start(sampler, others, Integer.MAX_VALUE, 0, arguments);
    double[] again = arguments.doubles(drawn);
    for (int i = 0; i < unsettled.length; i++) {
      flat[unsettled[i]] = again[i];
      flat[count + unsettled[i]] = again[unsettled.length + i];
    }
  }

  /** See {@link SamplerSource}, {@code draw}. */
  private IValue start(
      TorchModule sampler, Scores scores, int candidates, int alternatives, Arguments arguments) {
    int[] greedy = places(i -> draws.get(i).greedy() && !draws.get(i).edits().isEmpty());
    int[] sampled = places(i -> !draws.get(i).greedy());
    return arguments.own(
        sampler.run(
            "draw",
            scores.scores(),
            arguments.matrix(table(scores), SamplerSource.COLUMNS),
            arguments.vector(longs(greedy)),
            arguments.matrix(edits(greedy), SamplerSource.EDIT_COLUMNS),
            arguments.vector(longs(sampled)),
            arguments.matrix(edits(sampled), SamplerSource.EDIT_COLUMNS),
            arguments.number(candidates),
            arguments.number(alternatives),
            scores.finite()));
  }

  private Drawn drawn(double[] flat, int rows) {
    int count = draws.size();
    int[] ids = new int[count];
    float[] logprobs = new float[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (int) flat[i];
      logprobs[i] = (float) flat[count + i];
    }
    Set<Integer> spoilt = zeros(flat, 3 * count, rows);
    return new Drawn(
        new NextTokens(ids, logprobs, alternatives(flat, 3 * count + rows), spoilt), spoilt);
  }

  /** Which of this many numbers after {@code from} are 0. */
  private static Set<Integer> zeros(double[] numbers, int from, int count) {
    return IntStream.range(0, count)
        .filter(i -> numbers[from + i] == 0)
        .boxed()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What else was likely in each row, from the numbers after {@code from}; or nothing at all. */
  private List<List<Alternative>> alternatives(double[] flat, int from) {
    int found = (flat.length - from) / 2 / draws.size();
    List<List<Alternative>> all = new ArrayList<>();
    for (int row = 0; found > 0 && row < draws.size(); row++) {
      List<Alternative> alternatives = new ArrayList<>();
      for (int i = from + row * found; i < from + (row + 1) * found; i++) {
        float logprob = (float) flat[found * draws.size() + i];
        alternatives.add(new Alternative((int) flat[i], logprob));
      }
      alternatives.sort(LIKELIEST_FIRST);
      all.add(alternatives.subList(0, Math.min(found, draws.get(row).alternatives())));
    }
    return all;
  }

  private int[] places(IntPredicate wanted) {
    return IntStream.range(0, draws.size()).filter(wanted).toArray();
  }

  private static long[] longs(int[] numbers) {
    return IntStream.of(numbers).asLongStream().toArray();
  }

  private float[] table(Scores scores) {
    float[] table = new float[draws.size() * SamplerSource.COLUMNS];
    int next = 0;
    for (Draw draw : draws) {
      table[next++] = draw.temperature();
      table[next++] = topK(draw, scores);
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
