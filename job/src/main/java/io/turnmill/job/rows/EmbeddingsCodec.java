package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.ByteType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;

import io.turnmill.task.Embedding;
import io.turnmill.task.StoredVector;
import io.turnmill.task.TaskOptions.VectorType;
import java.util.ArrayList;
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

  private final VectorType type;

  EmbeddingsCodec(VectorType type) {
    this.type = type;
  }

  @Override
  String column() {
    return "embeddings";
  }

  @Override
  StructType answer() {
    return withVector(new StructType().add("turn", IntegerType), type)
        .add("prompt_tokens", IntegerType)
        .add("cut_tokens", IntegerType)
        .add("chunks", IntegerType);
  }

  /** The columns of a vector after others. */
  static StructType withVector(StructType columns, VectorType type) {
    return type == VectorType.INT8
        ? columns.add("vector", new ArrayType(ByteType, false)).add("scale", FloatType)
        : columns.add("vector", new ArrayType(FloatType, false));
  }

  @Override
  Row encodeAnswer(Embedding of) {
    List<Object> values = new ArrayList<>();
    values.add(ClassificationsCodec.orNull(of.turn()));
    values.addAll(values(of.vector()));
    values.addAll(List.of(of.tokens(), of.cutTokens(), of.chunks()));
    return RowFactory.create(values.toArray());
  }

  /** The values of the columns of a vector. */
  static List<Object> values(StoredVector vector) {
    boolean bytes = vector.type() == VectorType.INT8;
    Object[] numbers = new Object[vector.size()];
    for (int i = 0; i < numbers.length; i++) {
      float number = vector.number(i);
      numbers[i] = bytes ? (Object) (byte) number : (Object) number;
    }
    return bytes ? List.of(numbers, vector.scale()) : List.of((Object) numbers);
  }

  @Override
  Embedding decodeAnswer(Row answer) {
    List<Number> stored = answer.getList(answer.fieldIndex("vector"));
    float[] numbers = new float[stored.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = stored.get(i).floatValue();
    }
    return new Embedding(
        Columns.whole(answer, "turn"),
        StoredVector.stored(
            type, numbers, type == VectorType.INT8 ? answer.<Float>getAs("scale") : 1),
        answer.<Integer>getAs("prompt_tokens"),
        answer.<Integer>getAs("cut_tokens"),
        answer.<Integer>getAs("chunks"));
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
