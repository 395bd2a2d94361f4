package io.turnmill.job.export;

import io.turnmill.task.Half;
import io.turnmill.task.TaskOptions.VectorType;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * The record batch that is being filled: buffers for a fixed number of rows, used again and again.
 */
final class ArrowVectorBatch implements Closeable {
  private final BufferAllocator allocator;
  private final VectorType type;
  private final int size;
  private final int capacity;
  private final Texts sessions;
  private final Texts tenants;
  private final Bits hasTurn;
  private final ArrowBuf turns;

  /** [capacity × size] numbers. */
  private final ArrowBuf numbers;

  private final ArrowBuf scales;
  private int rows;

  ArrowVectorBatch(BufferAllocator allocator, VectorType type, int size, int capacity) {
    this.allocator = allocator;
    this.type = type;
    this.size = size;
    this.capacity = capacity;
    this.sessions = new Texts();
    this.tenants = new Texts();
    this.hasTurn = new Bits();
    this.turns = allocator.buffer((long) capacity * Integer.BYTES);
    this.numbers = allocator.buffer((long) capacity * size * width(type));
    this.scales = allocator.buffer((long) capacity * Float.BYTES);
  }

  /** The bytes of a number. */
  static int width(VectorType type) {
    return switch (type) {
      case FLOAT32 -> Float.BYTES;
      case FLOAT16 -> Short.BYTES;
      case INT8 -> Byte.BYTES;
    };
  }

  boolean isEmpty() {
    return rows == 0;
  }

  boolean isFull() {
    return rows == capacity;
  }

  void begin(String session, Optional<String> tenant, Optional<Integer> turn) {
    sessions.add(Optional.of(session));
    tenants.add(tenant);
    hasTurn.add(turn.isPresent());
    turns.setInt((long) rows * Integer.BYTES, turn.orElse(0));
  }

  void set(int index, float number) {
    long at = ((long) rows * size + index) * width(type);
    switch (type) {
      case FLOAT32 -> numbers.setFloat(at, number);
      case FLOAT16 -> numbers.setShort(at, Half.bits(number));
      case INT8 -> numbers.setByte(at, (byte) number);
    }
  }

  void end(float scale) {
    scales.setFloat((long) rows * Float.BYTES, scale);
    rows++;
  }

  /**
   * The batch of the rows so far; the next row begins another. It must be written before that,
   * because it holds the same buffers.
   */
  ArrowRecordBatch take() {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    sessions.addTo(nodes, buffers);
    tenants.addTo(nodes, buffers);
    nodes.add(new ArrowFieldNode(rows, hasTurn.missing));
    buffers.add(hasTurn.buffer());
    buffers.add(filled(turns, (long) rows * Integer.BYTES));
    nodes.add(new ArrowFieldNode(rows, 0));
    buffers.add(allocator.getEmpty());
    nodes.add(new ArrowFieldNode((long) rows * size, 0));
    buffers.add(allocator.getEmpty());
    buffers.add(filled(numbers, (long) rows * size * width(type)));
    if (type == VectorType.INT8) {
      nodes.add(new ArrowFieldNode(rows, 0));
      buffers.add(allocator.getEmpty());
      buffers.add(filled(scales, (long) rows * Float.BYTES));
    }
    ArrowRecordBatch batch = new ArrowRecordBatch(rows, nodes, buffers);
    rows = 0;
    sessions.clear();
    tenants.clear();
    hasTurn.clear();
    return batch;
  }

  private static ArrowBuf filled(ArrowBuf buffer, long bytes) {
    return buffer.readerIndex(0).writerIndex(bytes);
  }

  @Override
  public void close() {
    sessions.close();
    tenants.close();
    hasTurn.close();
    turns.close();
    numbers.close();
    scales.close();
  }

  /** One bit for each row: whether it has a value. */
  private final class Bits implements Closeable {
    private final ArrowBuf bits = allocator.buffer((capacity + Byte.SIZE - 1) / Byte.SIZE);
    private int count;
    private int missing;

    void add(boolean isThere) {
      int at = count / Byte.SIZE;
      int before = count % Byte.SIZE == 0 ? 0 : bits.getByte(at);
      bits.setByte(at, before | (isThere ? 1 << (count % Byte.SIZE) : 0));
      missing += isThere ? 0 : 1;
      count++;
    }

    ArrowBuf buffer() {
      return filled(bits, (count + Byte.SIZE - 1) / Byte.SIZE);
    }

    void clear() {
      count = 0;
      missing = 0;
    }

    @Override
    public void close() {
      bits.close();
    }
  }

  /** A column of texts: whether there is one, where it ends, and all of them end to end. */
  private final class Texts implements Closeable {
    private final Bits isThere = new Bits();
    private final ArrowBuf offsets = allocator.buffer((capacity + 1L) * Integer.BYTES);
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private Optional<ArrowBuf> data = Optional.empty();

    void add(Optional<String> value) {
      isThere.add(value.isPresent());
      text.writeBytes(value.orElse("").getBytes(StandardCharsets.UTF_8));
      offsets.setInt((long) isThere.count * Integer.BYTES, text.size());
    }

    void addTo(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
      offsets.setInt(0, 0);
      free();
      ArrowBuf bytes = allocator.buffer(Math.max(1, text.size()));
      data = Optional.of(bytes);
      bytes.setBytes(0, text.toByteArray());
      nodes.add(new ArrowFieldNode(isThere.count, isThere.missing));
      buffers.add(isThere.buffer());
      buffers.add(filled(offsets, (isThere.count + 1L) * Integer.BYTES));
      buffers.add(filled(bytes, text.size()));
    }

    void clear() {
      isThere.clear();
      text.reset();
    }

    private void free() {
      data.ifPresent(ArrowBuf::close);
      data = Optional.empty();
    }

    @Override
    public void close() {
      isThere.close();
      offsets.close();
      free();
    }
  }
}
