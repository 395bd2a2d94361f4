package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;

import io.turnmill.task.WrittenText;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The codec of the summary that the task {@code summarise} makes of one text. */
final class SummariesCodec extends WrittenAnswersCodec<WrittenText> {
  private static final long serialVersionUID = 1L;

  private static final StructType ABOUT = new StructType().add("turn", IntegerType);

  @Override
  String column() {
    return "summaries";
  }

  @Override
  StructType about() {
    return ABOUT;
  }

  @Override
  List<Object> encodeAbout(WrittenText answer) {
    return Collections.singletonList(null);
  }

  @Override
  WrittenText written(WrittenText answer) {
    return answer;
  }

  @Override
  WrittenText decode(Row answer, WrittenText written) {
    return written;
  }
}
