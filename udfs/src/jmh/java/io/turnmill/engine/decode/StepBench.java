package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.decode.StepPlan.Piece;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the engine thread does between two forward passes, with 64 slots of 2,000 tokens.
 *
 * <pre>
 * ./mvnw -q -pl udfs test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
 * java @submit/jvm.options -cp udfs/target/test-classes:udfs/target/classes:$(cat udfs/target/bench.classpath) \
 *     org.openjdk.jmh.Main StepBench
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StepBench {
  private static final int SLOTS = 64;
  private static final int TOKENS = 2000;
  private static final int LONGEST = 1 << 30;

  private final Random random = new Random(1);
  private Scheduler scheduler;
  private SlotTable full;
  private BufferAllocator allocator;
  private List<Row> rows;

  /** Every slot decodes; no two sessions begin alike. */
  @Setup
  public void prepare() {
    allocator = new RootAllocator();
    scheduler =
        new Scheduler(
            new SlotTable(SLOTS, LONGEST, true),
            LONGEST,
            new SuspendedSequences(SuspendedSequences.Backoff.USUAL, System::nanoTime));
    full = new SlotTable(SLOTS, LONGEST, true);
    for (int slot = 0; slot < SLOTS; slot++) {
      scheduler.add(sequence(TOKENS));
      Sequence left = sequence(TOKENS);
      full.claim(left);
      left.advance(TOKENS - 1, 1);
      full.release(left);
    }
    step(SLOTS * TOKENS);
    if (decodeStep() != SLOTS) {
      throw new IllegalStateException("Not every slot decodes.");
    }
    rows = new ArrayList<>();
    for (int slot = 1; slot < SLOTS; slot++) {
      rows.add(new Row(slot, TOKENS, ids(1), Optional.of(Draw.GREEDY)));
    }
    rows.add(new Row(0, 0, ids(1024 - SLOTS), Optional.of(Draw.GREEDY)));
  }

  private Sequence sequence(int tokens) {
    return new ReplySequence(
        OneRequest.greedy(ids(tokens), LONGEST, Set.of()), new Mailbox(), false, false);
  }

  private TokenIds ids(int count) {
    return TokenIds.of(random.ints(count, 0, 150_000).toArray());
  }

  /** A step of 64 decodes: planned, advanced, and a token appended to each. */
  @Benchmark
  public int decodeStep() {
    return step(1024);
  }

  private int step(int budget) {
    StepPlan plan = scheduler.plan(budget);
    scheduler.advance(plan);
    TokenLogprob token = new TokenLogprob(7, -1f, List.of());
    for (Piece piece : plan.pieces()) {
      ((ReplySequence) piece.sequence()).append(token, LONGEST);
    }
    return plan.tokens();
  }

  /** Looks for the longest common prefix in all slots, in vain, and gives the slot back. */
  @Benchmark
  public int claimAndRelease() {
    Sequence sequence = sequence(TOKENS);
    full.claim(sequence);
    sequence.advance(TOKENS - 1, 1);
    full.release(sequence);
    return full.inUse();
  }

  /** 63 decodes and a piece of 960 tokens, into Arrow buffers. */
  @Benchmark
  public int pack() {
    try (TokenBatch batch = TokenBatch.pack(rows, allocator)) {
      return batch.tokens();
    }
  }

  /** Frees what the benches took. */
  @TearDown
  public void close() {
    allocator.close();
  }
}
