package io.turnmill.testing;

import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.encode.EncoderPass;
import io.turnmill.inference.RandomNumbers;
import io.turnmill.inference.TextRow;
import io.turnmill.token.TokenIds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A deterministic encoder without arithmetic: the vector of a text is a hash of its ids, types and
 * prompt, read from the packed buffers. It checks every rule of the seam; a breach is an {@link
 * IllegalStateException}. {@link #NAN_ID} in a text makes a number of its vector NaN, {@link
 * #OUT_OF_MEMORY_ID} makes every pass over it run out of memory, unless {@link #spoiltByNoId} is
 * called.
 */
public final class FakeEncoderPass implements EncoderPass {
  public static final int NAN_ID = 1001;
  public static final int OUT_OF_MEMORY_ID = 1002;
  private static final int NO_ID = -1;

  private int width = 3;
  private int nanId = NAN_ID;
  private int outOfMemoryId = OUT_OF_MEMORY_ID;
  private int outOfMemoryAbove = Integer.MAX_VALUE;
  private int attendedFold = 1;
  private Consumer<TokenBatch> beforeForward = batch -> {};
  private Thread owner;
  private boolean closed;

  /** A text of these ids, all of type 0. */
  public static TextRow text(int... ids) {
    return new TextRow(TokenIds.of(ids), TokenIds.of(new int[ids.length]), 0);
  }

  /** Makes vectors of so many numbers, at least two. */
  public FakeEncoderPass wide(int numbers) {
    width = numbers;
    return this;
  }

  /** Lets no id spoil a text or run out of memory: a real tokenizer may give every one. */
  public FakeEncoderPass spoiltByNoId() {
    nanId = NO_ID;
    outOfMemoryId = NO_ID;
    return this;
  }

  /** Lets another id spoil a text than {@link #NAN_ID}. */
  public FakeEncoderPass nanAt(int id) {
    nanId = id;
    return this;
  }

  /** Runs out of memory on every batch of more than {@code tokens}. */
  public FakeEncoderPass outOfMemoryAbove(int tokens) {
    outOfMemoryAbove = tokens;
    return this;
  }

  /** Says that attention pads as many tokens as there are. */
  public FakeEncoderPass attendedTwiceAsMany() {
    attendedFold = 2;
    return this;
  }

  /** Called first in each pass: to look at the batch, to wait, or to throw. */
  public FakeEncoderPass beforeForward(Consumer<TokenBatch> hook) {
    beforeForward = hook;
    return this;
  }

  public boolean closed() {
    return closed;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public float[][] forward(TokenBatch batch) throws OutOfMemory {
    check(!closed, "called after close");
    check(owner == null || owner == Thread.currentThread(), "called by another thread");
    owner = Thread.currentThread();
    beforeForward.accept(batch);
    checkOrder(batch);
    checkDifferent(batch);
    ByteBuffer ids = batch.ids().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer types = batch.types().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer offsets = batch.offsets().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer skipped = batch.skipped().order(ByteOrder.LITTLE_ENDIAN);
    if (batch.tokens() > outOfMemoryAbove) {
      throw new OutOfMemory(batch.tokens() + " tokens");
    }
    float[][] vectors = new float[batch.rows().size()][];
    for (int r = 0; r < vectors.length; r++) {
      long hash = skipped.getLong(r * Long.BYTES);
      boolean nan = false;
      for (int i = offsets.getInt(4 * r); i < offsets.getInt(4 * r + 4); i++) {
        long id = ids.getLong(i * Long.BYTES);
        if (id == outOfMemoryId) {
          throw new OutOfMemory("this text");
        }
        nan |= id == nanId;
        hash = RandomNumbers.mix(hash * 31 + 2 * id + types.getLong(i * Long.BYTES));
      }
      vectors[r] = vector(hash, nan);
    }
    return vectors;
  }

  @Override
  public long attended(TokenBatch batch) {
    return (long) attendedFold * batch.tokens();
  }

  private float[] vector(long hash, boolean nan) {
    float[] vector = new float[width];
    for (int i = 0; i < width; i++) {
      vector[i] = (RandomNumbers.mix(hash + i) >>> 40) * 0x1p-24f;
    }
    vector[1] = nan ? Float.NaN : vector[1];
    return vector;
  }

  private static void checkOrder(TokenBatch batch) {
    check(!batch.rows().isEmpty(), "a batch without rows");
    int tokens = 0;
    int last = 1;
    for (TokenBatch.Row row : batch.rows()) {
      check(row.ids().size() >= last, "rows are not in order of length, or have no token");
      last = row.ids().size();
      tokens += last;
    }
    check(tokens == batch.tokens(), "tokens are miscounted");
    check(last == batch.longest(), "the longest row is another");
  }

  private static void checkDifferent(TokenBatch batch) {
    Set<List<ByteBuffer>> texts = new HashSet<>();
    int from = 0;
    for (int r = 0; r < batch.rows().size(); r++) {
      int bytes = batch.rows().get(r).ids().size() * Long.BYTES;
      List<ByteBuffer> text =
          List.of(
              batch.ids().slice(from, bytes),
              batch.types().slice(from, bytes),
              batch.skipped().slice(r * Long.BYTES, Long.BYTES));
      check(texts.add(text), "a text was computed twice");
      from += bytes;
    }
  }

  @Override
  public void close() {
    check(!closed, "closed twice");
    check(owner == null || owner == Thread.currentThread(), "closed by another thread");
    closed = true;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
