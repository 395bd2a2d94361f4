package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.task.Extraction;
import io.turnmill.task.WrittenText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The codec of what the task {@code extract} finds in one text. */
final class ExtractionsCodec extends WrittenAnswersCodec<Extraction> {
  private static final long serialVersionUID = 1L;

  /** The counter of the answers; a model may also say that a chunk has none. */
  private static final String FOUND = "found";

  private static final StructType ABOUT =
      new StructType().add("turn", IntegerType).add("question", StringType).add(FOUND, BooleanType);

  @Override
  String column() {
    return "extractions";
  }

  @Override
  boolean asksFields() {
    return true;
  }

  @Override
  StructType about() {
    return ABOUT;
  }

  @Override
  List<Object> encodeAbout(Extraction answer) {
    return Arrays.asList(null, answer.question(), answer.found());
  }

  @Override
  WrittenText written(Extraction answer) {
    return answer.written();
  }

  @Override
  Extraction decode(Row answer, WrittenText written) {
    return new Extraction(answer.getAs("question"), answer.<Boolean>getAs(FOUND), written);
  }

  @Override
  List<String> answerCounters() {
    List<String> names = new ArrayList<>(super.answerCounters());
    names.add(FOUND);
    return names;
  }

  @Override
  void addTo(Map<String, Long> counts, Row answer) {
    super.addTo(counts, answer);
    counts.merge(FOUND, answer.<Boolean>getAs(FOUND) ? 1L : 0, Long::sum);
  }
}
