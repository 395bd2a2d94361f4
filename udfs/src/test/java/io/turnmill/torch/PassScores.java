package io.turnmill.torch;

import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.model.ModelFolder;
import io.turnmill.testing.TokenScores;
import io.turnmill.token.TokenIds;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** {@link TokenScores} by the forward pass of the product. */
public final class PassScores implements TokenScores {
  private final Runner runner;

  private PassScores(Runner runner) {
    this.runner = runner;
  }

  /**
   * Loads a model.
   *
   * @param sessions at most in one pass
   * @param sessionTokens of the longest session
   */
  public static PassScores load(
      ModelFolder model, TorchOptions options, int sessions, int sessionTokens) {
    return new PassScores(Runner.of(model, options, sessions, sessionTokens));
  }

  @Override
  public List<float[][]> of(List<TokenIds> sessions) {
    Row[] rows =
        IntStream.range(0, sessions.size())
            .mapToObj(slot -> Runner.silent(slot, 0, sessions.get(slot)))
            .sorted(Comparator.comparing(Row::end)) // as a batch wants it
            .toArray(Row[]::new);
    float[][] all = runner.logits(rows);
    float[][][] bySlot = new float[rows.length][][];
    int from = 0;
    for (Row row : rows) {
      bySlot[row.slot()] = Arrays.copyOfRange(all, from, from + row.ids().size());
      from += row.ids().size();
    }
    return List.of(bySlot);
  }

  @Override
  public void close() {
    runner.close();
  }
}
