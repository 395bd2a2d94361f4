package io.turnmill.job.export;

import io.turnmill.task.TaskOptions.VectorType;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes an Arrow IPC file, of the kind that is read at any place (Arrow Columnar Format, "IPC File
 * Format"):
 *
 * <pre>
 *   "ARROW1" and two bytes 0 │ schema │ record batch … │ end │ footer │ its size │ "ARROW1"
 * </pre>
 *
 * <p>Columns: {@code session_id}, {@code tenant}, {@code turn}, {@code vector} as a list of fixed
 * size, and {@code scale} for whole numbers. The numbers of a batch's vectors lie one after the
 * other, [rows × size], so that readers take them as one matrix without copying. Record batches are
 * made of buffers and not of Arrow's vectors, because Arrow for Java has none of half precision in
 * the older version that Spark 3.5 brings.
 */
final class ArrowVectorFile implements Closeable {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

  /** Some thousand rows, and fewer of long vectors. */
  private static final int MOST_ROWS = 8192;

  private static final int MOST_BYTES = 32 << 20;

  private final WriteChannel out;
  private final VectorType type;
  private final int size;
  private final Schema schema;
  private final BufferAllocator allocator;
  private final ArrowVectorBatch batch;
  private final List<ArrowBlock> blocks = new ArrayList<>();

  private ArrowVectorFile(WriteChannel out, VectorType type, int size) {
    this.out = out;
    this.type = type;
    this.size = size;
    this.schema = schema(type, size);
    this.allocator = new RootAllocator();
    int rows = MOST_BYTES / (Math.max(1, size) * ArrowVectorBatch.width(type));
    this.batch =
        new ArrowVectorBatch(allocator, type, size, Math.max(1, Math.min(MOST_ROWS, rows)));
  }

  /**
   * Begins a file.
   *
   * @param out where it goes; it is not closed
   * @param type how numbers are stored
   * @param size how many numbers each vector has
   */
  static ArrowVectorFile begin(OutputStream out, VectorType type, int size) throws IOException {
    ArrowVectorFile file =
        new ArrowVectorFile(new WriteChannel(Channels.newChannel(out)), type, size);
    file.out.write(MAGIC);
    file.out.align();
    MessageSerializer.serialize(file.out, file.schema);
    return file;
  }

  VectorType type() {
    return type;
  }

  int size() {
    return size;
  }

  private static Schema schema(VectorType type, int size) {
    ArrowType number =
        switch (type) {
          case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
          case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
          case INT8 -> new ArrowType.Int(Byte.SIZE, /* isSigned= */ true);
        };
    List<Field> fields = new ArrayList<>();
    fields.add(field("session_id", /* nullable= */ false, ArrowType.Utf8.INSTANCE));
    fields.add(field("tenant", /* nullable= */ true, ArrowType.Utf8.INSTANCE));
    fields.add(field("turn", /* nullable= */ true, new ArrowType.Int(Integer.SIZE, true)));
    Field item = field("item", /* nullable= */ false, number);
    fields.add(
        new Field(
            "vector", FieldType.notNullable(new ArrowType.FixedSizeList(size)), List.of(item)));
    if (type == VectorType.INT8) {
      ArrowType scale = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      fields.add(field("scale", /* nullable= */ false, scale));
    }
    return new Schema(fields);
  }

  private static Field field(String name, boolean nullable, ArrowType type) {
    return new Field(name, new FieldType(nullable, type, null), null);
  }

  /** Begins a row, whose numbers are {@link #set} next. */
  void begin(String session, Optional<String> tenant, Optional<Integer> turn) {
    batch.begin(session, tenant, turn);
  }

  /** Sets a number of the row. */
  void set(int index, float number) {
    batch.set(index, number);
  }

  /** Ends the row. */
  void end(float scale) throws IOException {
    batch.end(scale);
    if (batch.isFull()) {
      flush();
    }
  }

  private void flush() throws IOException {
    try (ArrowRecordBatch full = batch.take()) {
      blocks.add(MessageSerializer.serialize(out, full));
    }
  }

  /** Writes what is left, and the footer. */
  void finish() throws IOException {
    if (!batch.isEmpty()) {
      flush();
    }
    out.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
    out.writeIntLittleEndian(0);
    long footer = out.getCurrentPosition();
    out.write(WriteChannel.serialize(new ArrowFooter(schema, List.of(), blocks)));
    out.writeIntLittleEndian((int) (out.getCurrentPosition() - footer));
    out.write(MAGIC);
  }

  /** Frees memory. */
  @Override
  public void close() {
    try (allocator) {
      batch.close();
    }
  }
}
