package io.turnmill.bench;

import io.turnmill.bench.Workload.Turn;
import io.turnmill.engine.Draw;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.decode.ForwardPass;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * What most libraries do: prompts in order of length, in batches of a fixed size, each padded to
 * its longest prompt and run until its longest reply is done. Computing padding takes as long as
 * computing tokens, so prompts are filled up with tokens.
 */
final class PaddedBatches implements AutoCloseable {
  /** Of one pass over prompts: more only takes more memory. */
  private static final int PREFILL_TOKENS = 4096;

  private final ForwardPass pass;
  private final int size;
  private final BufferAllocator allocator = new RootAllocator();
  private long computedTokens;
  private long forwardNanos;

  /** Owns {@code pass} from now on. */
  PaddedBatches(ForwardPass pass, int size, int longest) throws OutOfMemory {
    this.pass = pass;
    this.size = size;
    pass.allocate(size, longest);
  }

  /** Rows times passes, padding included. */
  long computedTokens() {
    return computedTokens;
  }

  double forwardSeconds() {
    return forwardNanos / 1e9;
  }

  void run(List<Turn> turns) throws OutOfMemory {
    List<Turn> sorted = new ArrayList<>(turns);
    sorted.sort(Comparator.comparingInt(turn -> turn.prompt().size()));
    for (int from = 0; from < sorted.size(); from += size) {
      runBatch(sorted.subList(from, Math.min(sorted.size(), from + size)));
    }
  }

  private void runBatch(List<Turn> batch) throws OutOfMemory {
    int prompt = batch.get(batch.size() - 1).prompt().size();
    int reply = batch.stream().mapToInt(Turn::replyTokens).max().orElseThrow();
    int together = Math.max(1, PREFILL_TOKENS / prompt);
    for (int from = 0; from < batch.size(); from += together) {
      forward(
          IntStream.range(from, Math.min(batch.size(), from + together))
              .mapToObj(slot -> row(slot, 0, filledUp(batch.get(slot).prompt(), prompt)))
              .toList());
    }
    for (int drawn = 1; drawn < reply; drawn++) {
      int position = prompt + drawn - 1;
      forward(
          IntStream.range(0, batch.size())
              .mapToObj(slot -> row(slot, position, TokenIds.of(1)))
              .toList());
    }
  }

  private static TokenIds filledUp(TokenIds prompt, int length) {
    int[] ids = Arrays.copyOf(prompt.toArray(), length);
    Arrays.fill(ids, prompt.size(), length, prompt.get(prompt.size() - 1));
    return TokenIds.of(ids);
  }

  private static Row row(int slot, int start, TokenIds ids) {
    return new Row(slot, start, ids, Optional.of(Draw.GREEDY));
  }

  private void forward(List<Row> rows) throws OutOfMemory {
    try (TokenBatch batch = TokenBatch.pack(rows, allocator)) {
      long start = System.nanoTime();
      pass.forward(batch);
      forwardNanos += System.nanoTime() - start;
      computedTokens += batch.tokens();
    }
  }

  @Override
  public void close() {
    pass.close();
    allocator.close();
  }
}
