package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.task.Classification;
import io.turnmill.task.merge.MergedClassification;
import io.turnmill.task.merge.MergedClassification.MergedLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** The codec of the labels of items whose chunks were classified. */
final class LabelsMergeCodec extends MergeCodec<MergedClassification> {
  private static final long serialVersionUID = 1L;

  private static final String UNSURE = "unsure";
  private static final List<String> TOKENS =
      List.of("prompt_tokens", "cached_tokens", "computed_tokens", "cut_tokens");

  private static final StructType SCORE =
      new StructType()
          .add("label", StringType)
          .add("score", DoubleType)
          .add("chunks", new ArrayType(IntegerType, false));

  private static final StructType COLUMNS =
      withTokens(
          new StructType()
              .add("label", StringType)
              .add("score", DoubleType)
              .add("labels", new ArrayType(StringType, false))
              .add(UNSURE, BooleanType)
              .add("value", DoubleType)
              .add("scores", new ArrayType(SCORE, false)),
          TOKENS);

  LabelsMergeCodec() {
    super(MergedClassification.class);
  }

  @Override
  public StructType columns() {
    return COLUMNS;
  }

  @Override
  public Object[] encode(MergedClassification of, Row asked) {
    Classification.Work work = of.work();
    return new Object[] {
      of.label().orElse(null),
      of.label().flatMap(label -> score(of, label)).orElse(null),
      of.labels().toArray(),
      of.unsure(),
      ClassificationsCodec.orNull(of.value()),
      of.scores().stream().map(LabelsMergeCodec::row).toArray(),
      (long) work.tokens(),
      (long) work.cachedTokens(),
      (long) work.computedTokens(),
      (long) work.cutTokens()
    };
  }

  private static Optional<Double> score(MergedClassification of, String label) {
    return of.scores().stream()
        .filter(score -> score.label().equals(label))
        .map(MergedLabel::score)
        .findFirst();
  }

  private static Row row(MergedLabel of) {
    return RowFactory.create(of.label(), of.score(), of.chunks().toArray());
  }

  @Override
  List<String> sums() {
    return TOKENS;
  }

  @Override
  public List<String> counters() {
    List<String> names = new ArrayList<>(TOKENS);
    names.add(UNSURE);
    return names;
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = super.count(result);
    counts.put(UNSURE, result.<Boolean>getAs(UNSURE) ? 1L : 0);
    return counts;
  }
}
