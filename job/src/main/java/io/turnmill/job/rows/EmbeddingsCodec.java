package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.ByteType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;

import io.turnmill.task.Embedding;
import io.turnmill.task.StoredVector;
import io.turnmill.task.TaskOptions.VectorType;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/**
 * The codec of the task {@code embed}. Vectors are lists of floats, or of bytes, which are to be
 * multiplied by the column {@code scale}.
 */
final class EmbeddingsCodec extends AnswersCodec<Embedding> {
  private static final long serialVersionUID = 1L;

  private final boolean bytes;

  EmbeddingsCodec(VectorType type) {
    this.bytes = type == VectorType.INT8;
  }

  @Override
  String column() {
    return "embeddings";
  }

  @Override
  StructType answer() {
    StructType vector =
        new StructType()
            .add("turn", IntegerType)
            .add("vector", new ArrayType(bytes ? ByteType : FloatType, false));
    return (bytes ? vector.add("scale", FloatType) : vector)
        .add("prompt_tokens", IntegerType)
        .add("cut_tokens", IntegerType)
        .add("chunks", IntegerType);
  }

  @Override
  Row encodeAnswer(Embedding of) {
    Object turn = ClassificationsCodec.orNull(of.turn());
    Object[] numbers = numbers(of.vector());
    return bytes
        ? RowFactory.create(
            turn, numbers, of.vector().scale(), of.tokens(), of.cutTokens(), of.chunks())
        : RowFactory.create(turn, numbers, of.tokens(), of.cutTokens(), of.chunks());
  }

  private Object[] numbers(StoredVector vector) {
    Object[] numbers = new Object[vector.size()];
    for (int i = 0; i < numbers.length; i++) {
      float number = vector.number(i);
      numbers[i] = bytes ? (Object) (byte) number : (Object) number;
    }
    return numbers;
  }

  @Override
  List<String> answerCounters() {
    return List.of("prompt_tokens", "cut_tokens", "chunks");
  }

  @Override
  void addTo(Map<String, Long> counts, Row answer) {
    addColumns(counts, answer, answerCounters());
  }

  @Override
  long computed(Embedding of) {
    return of.tokens();
  }
}
