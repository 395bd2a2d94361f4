package io.turnmill.testing;

import io.turnmill.engine.Draw;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.ScoreEdits;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.decode.ForwardPass;
import io.turnmill.engine.decode.ModelShape;
import io.turnmill.engine.decode.NextTokens;
import io.turnmill.inference.RandomNumbers;
import io.turnmill.inference.TokenLogprob.Alternative;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A deterministic model without arithmetic: the scores after a sequence are a hash of all its ids,
 * so that one wrong, missing or misplaced id changes everything behind it. Its "cache" is the hash
 * after each position of each slot, and it checks every rule of the seam on the packed buffers
 * themselves; a breach is an {@link IllegalStateException}.
 *
 * <p>A sequence has four candidates for the next token, equally probable; greedy takes the first.
 * Edits of the scores make them other candidates, and so do a min p and a temperature of 2 or more;
 * a bias of a million or more makes its token the next one. The log-probability of a target is a
 * hash of the sequence and its id. Two ids are never drawn, the vocabulary's last ones unless
 * {@link #nanAt} names another: {@link #nanId} in a sequence makes its scores NaN, {@link
 * #outOfMemoryId} makes every pass over it run out of memory.
 */
public final class FakeForwardPass implements ForwardPass {
  private static final int CANDIDATES = 4;

  private final int vocabSize;
  private final int endId;
  private final double endProbability;
  private int nanId;
  private int outOfMemoryAbove = Integer.MAX_VALUE;
  private int copiesWithoutMemory;
  private long mostCacheTokens = Long.MAX_VALUE;
  private Consumer<String> onAllocate = shape -> {};
  private boolean pads;
  private boolean apart;
  private Consumer<TokenBatch> beforeForward = batch -> {};
  private Runnable beforeClose = () -> {};

  private long[][] hashes;
  private int[] written;
  private int[] nanFrom;
  private Thread owner;
  private boolean closed;

  /**
   * @param vocabSize at least 3
   * @param endId an id that is drawn more often than others; the requests make it a stop token
   * @param endProbability of each candidate to be {@code endId}
   */
  public FakeForwardPass(int vocabSize, int endId, double endProbability) {
    this.vocabSize = vocabSize;
    this.endId = endId;
    this.endProbability = endProbability;
    this.nanId = vocabSize - 1;
  }

  /** Runs out of memory on every batch of more than {@code tokens}. */
  public FakeForwardPass outOfMemoryAbove(int tokens) {
    outOfMemoryAbove = tokens;
    return this;
  }

  /** Runs out of memory on so many copies. */
  public FakeForwardPass outOfMemoryOnCopies(int count) {
    copiesWithoutMemory = count;
    return this;
  }

  /** Has no room for a cache of more than {@code tokens}, all slots together. */
  public FakeForwardPass outOfMemoryAboveCache(long tokens) {
    mostCacheTokens = tokens;
    return this;
  }

  /** Called with {@code slots x tokens} before each cache is allocated. */
  public FakeForwardPass onAllocate(Consumer<String> hook) {
    onAllocate = hook;
    return this;
  }

  /** Says that attention pads all rows of a batch to the longest. */
  public FakeForwardPass padsToTheLongest() {
    pads = true;
    return this;
  }

  /** Does as a device of its own does: the host's work comes when the pass has begun. */
  public FakeForwardPass computesApart() {
    apart = true;
    return this;
  }

  /** Called first in each pass: to look at the batch, to wait, or to throw. */
  public FakeForwardPass beforeForward(Consumer<TokenBatch> hook) {
    beforeForward = hook;
    return this;
  }

  /** Called when it is to close: to wait, or to throw. */
  public FakeForwardPass beforeClose(Runnable hook) {
    beforeClose = hook;
    return this;
  }

  /** Makes another id spoil the scores: one that a tokenizer knows. */
  public FakeForwardPass nanAt(int id) {
    nanId = id;
    return this;
  }

  public int nanId() {
    return nanId;
  }

  public int outOfMemoryId() {
    return vocabSize - 2;
  }

  public boolean closed() {
    return closed;
  }

  @Override
  public ModelShape shape() {
    return new ModelShape(vocabSize, 1 << 20, Long.BYTES, true);
  }

  @Override
  public void allocate(int slots, int slotTokens) throws OutOfMemory {
    check(owner == null || owner == Thread.currentThread(), "allocated by another thread");
    owner = Thread.currentThread();
    hashes = null;
    onAllocate.accept(slots + " x " + slotTokens);
    if ((long) slots * slotTokens > mostCacheTokens) {
      throw new OutOfMemory("a cache");
    }
    hashes = new long[slots][slotTokens];
    written = new int[slots];
    nanFrom = new int[slots];
    Arrays.fill(nanFrom, Integer.MAX_VALUE);
  }

  @Override
  public NextTokens forward(TokenBatch batch, Runnable meanwhile) throws OutOfMemory {
    if (!apart) {
      return ForwardPass.super.forward(batch, meanwhile);
    }
    NextTokens next = forward(batch);
    meanwhile.run();
    return next;
  }

  @Override
  public NextTokens forward(TokenBatch batch) throws OutOfMemory {
    checkCall();
    beforeForward.accept(batch);
    checkOrder(batch);
    if (batch.tokens() > outOfMemoryAbove || holds(batch, outOfMemoryId())) {
      throw new OutOfMemory(batch.tokens() + " tokens");
    }
    ByteBuffer ids = batch.ids().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer offsets = batch.offsets().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer slots = batch.slots().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer starts = batch.starts().order(ByteOrder.LITTLE_ENDIAN);
    List<Row> rows = batch.rows();
    int sampling = (int) rows.stream().filter(row -> row.draw().isPresent()).count();
    int[] drawn = new int[sampling];
    float[] logprobs = new float[sampling];
    List<List<Alternative>> alternatives = new ArrayList<>();
    Set<Integer> spoilt = new HashSet<>();
    TargetScores targets = new TargetScores(batch);
    int next = 0;
    for (int r = 0; r < rows.size(); r++) {
      int slot = Math.toIntExact(slots.getLong(r * Long.BYTES));
      int at = Math.toIntExact(starts.getLong(r * Long.BYTES));
      int from = offsets.getInt(r * Integer.BYTES);
      int to = offsets.getInt((r + 1) * Integer.BYTES);
      check(at <= written[slot], "positions below start were not computed");
      check(at + to - from <= hashes[slot].length, "the sequence is longer than its slot");
      if (nanFrom[slot] >= at) {
        nanFrom[slot] = Integer.MAX_VALUE;
      }
      long hash = at == 0 ? 0 : hashes[slot][at - 1];
      for (int i = from; i < to; i++) {
        long id = ids.getLong(i * Long.BYTES);
        check(id >= 0 && id < vocabSize, "an id outside the vocabulary");
        if (id == nanId()) {
          nanFrom[slot] = Math.min(nanFrom[slot], at);
        }
        hash = RandomNumbers.mix(hash * 31 + id + 1);
        hashes[slot][at++] = hash;
        targets.after(i, hash, nanFrom[slot] < at);
      }
      written[slot] = at;
      if (rows.get(r).draw().isPresent()) {
        Draw draw = rows.get(r).draw().get();
        long candidate = candidate(hash, draw);
        drawn[next] = certain(draw).orElse(tokenOf(candidate));
        alternatives.add(alternatives(hash, draw.alternatives()));
        logprobs[next++] = nanFrom[slot] < at ? Float.NaN : logprob(candidate);
      }
      if (nanFrom[slot] < at) {
        spoilt.add(r);
        written[slot] = 0; // nothing of it may be used
        nanFrom[slot] = Integer.MAX_VALUE;
      }
    }
    return new NextTokens(drawn, logprobs, alternatives, spoilt).withTargets(targets.found());
  }

  /** What is asked for after some tokens of a batch, read from its buffers. */
  private final class TargetScores {
    private final LongBuffer tokens;
    private final LongBuffer ids;
    private final float[] found;
    private int next;

    TargetScores(TokenBatch batch) {
      int count = batch.rows().stream().mapToInt(row -> row.targets().size()).sum();
      check(batch.hasTargets() == count > 0, "targets are miscounted");
      this.tokens = count == 0 ? LongBuffer.allocate(0) : longs(batch.targetTokens());
      this.ids = count == 0 ? LongBuffer.allocate(0) : longs(batch.targetIds());
      check(tokens.remaining() == count && ids.remaining() == count, "targets are miscounted");
      this.found = new float[count];
    }

    private static LongBuffer longs(ByteBuffer buffer) {
      return buffer.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    /** Takes the state after the token at that place of the batch. */
    void after(int token, long hash, boolean nan) {
      while (next < found.length && tokens.get(next) == token) {
        long id = ids.get(next);
        check(id >= 0 && id < vocabSize, "a target outside the vocabulary");
        found[next++] = nan ? Float.NaN : logprob(RandomNumbers.mix(hash ^ (id << 8)));
      }
    }

    float[] found() {
      check(next == found.length, "a target is at no token, or before another");
      return found;
    }
  }

  @Override
  public long attended(TokenBatch batch) {
    return pads ? (long) batch.rows().size() * batch.longest() : batch.attended();
  }

  /**
   * The hash of the candidate that {@code draw} takes; any edit changes it, in any order, and so do
   * a min p and a high temperature.
   */
  private static long candidate(long sequence, Draw draw) {
    long hash = sequence;
    for (ScoreEdits.Edit edit : draw.edits().edits()) {
      hash += RandomNumbers.mix(edit.hashCode());
    }
    if (draw.temperature() >= 2) {
      hash += RandomNumbers.mix(Float.floatToIntBits(draw.temperature()));
    }
    if (draw.minP() > 0) {
      hash += RandomNumbers.mix(Float.floatToIntBits(draw.minP()));
    }
    int kept = draw.topK() == 0 ? CANDIDATES : Math.min(CANDIDATES, draw.topK());
    kept = Math.max(1, (int) Math.ceil(draw.topP() * kept));
    int chosen = draw.greedy() ? 0 : (int) (draw.uniform() * kept);
    return RandomNumbers.mix(hash + chosen + 1);
  }

  /** The token that a great bias makes certain. */
  private static OptionalInt certain(Draw draw) {
    return draw.edits().edits().stream()
        .filter(edit -> edit.bias() >= 1e6f)
        .mapToInt(ScoreEdits.Edit::id)
        .findFirst();
  }

  /** The likeliest candidates of unchanged scores. */
  private List<Alternative> alternatives(long hash, int count) {
    List<Alternative> alternatives = new ArrayList<>();
    for (int i = 0; i < CANDIDATES; i++) {
      long candidate = RandomNumbers.mix(hash + i + 1);
      alternatives.add(new Alternative(tokenOf(candidate), logprob(candidate)));
    }
    alternatives.sort(Comparator.comparing(Alternative::logprob).reversed());
    return alternatives.subList(0, Math.min(count, CANDIDATES));
  }

  private static float logprob(long candidate) {
    return -(candidate >>> 40) * 0x1p-24f;
  }

  private int tokenOf(long candidate) {
    boolean ends = (candidate >>> 40) * 0x1p-24 < endProbability;
    int id = (int) Math.floorMod(candidate, (long) vocabSize - 2);
    return ends || id == nanId ? endId : id;
  }

  @Override
  public void copy(int fromSlot, int toSlot, int tokens) throws OutOfMemory {
    checkCall();
    check(fromSlot != toSlot, "a slot copied onto itself");
    check(tokens <= written[fromSlot], "positions were copied that were not computed");
    if (copiesWithoutMemory > 0) {
      copiesWithoutMemory--;
      written[toSlot] = 0;
      throw new OutOfMemory("a copy");
    }
    System.arraycopy(hashes[fromSlot], 0, hashes[toSlot], 0, tokens);
    written[toSlot] = tokens;
    nanFrom[toSlot] = nanFrom[fromSlot] < tokens ? nanFrom[fromSlot] : Integer.MAX_VALUE;
  }

  @Override
  public void close() {
    check(!closed, "closed twice");
    check(owner == null || owner == Thread.currentThread(), "closed by another thread");
    beforeClose.run();
    closed = true;
  }

  private void checkCall() {
    check(!closed, "called after close");
    check(owner == Thread.currentThread(), "called by another thread, or before allocate");
    check(hashes != null, "called without a cache");
  }

  private static void checkOrder(TokenBatch batch) {
    List<Row> rows = batch.rows();
    check(!rows.isEmpty(), "a batch without rows");
    Set<Integer> slots = new HashSet<>();
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparing((Row row) -> row.ids().size() > 1).thenComparingInt(Row::end));
    int total = 0;
    for (int r = 0; r < rows.size(); r++) {
      Row row = rows.get(r);
      check(!row.ids().isEmpty(), "a row without tokens");
      check(slots.add(row.slot()), "two rows of one slot");
      check((row.ids().size() == 1) == (r < batch.decodeRows()), "decode rows are miscounted");
      check(row.end() == sorted.get(r).end(), "rows are not in order");
      total += row.ids().size();
    }
    check(total == batch.tokens(), "tokens are miscounted");
  }

  private static boolean holds(TokenBatch batch, int id) {
    for (Row row : batch.rows()) {
      for (int i = 0; i < row.ids().size(); i++) {
        if (row.ids().get(i) == id) {
          return true;
        }
      }
    }
    return false;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
