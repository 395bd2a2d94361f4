package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.task.merge.MergedSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** The codec of the summaries that were made of summaries of chunks. */
final class SummaryMergeCodec extends MergeCodec<MergedSummary> {
  private static final long serialVersionUID = 1L;

  private static final String REQUESTS = "reduce_requests";
  private static final String CUT_SHORT = "cut_short_chunks";
  private static final String CUT_SHORT_REQUESTS = "cut_short_requests";

  /** The counter of the summaries that are as long as allowed, those of chunks among them. */
  private static final String LENGTH = "length_answers";

  private static final List<String> SUMS =
      Stream.concat(Stream.of(REQUESTS), ExtractMergeCodec.TOKENS.stream()).toList();

  private static final StructType COLUMNS =
      withTokens(
          new StructType()
              .add("summary", StringType)
              .add("finish_reason", StringType)
              .add("reduce_rounds", IntegerType)
              .add(REQUESTS, IntegerType)
              .add("left_out_chunks", new ArrayType(IntegerType, false))
              .add(CUT_SHORT, new ArrayType(IntegerType, false))
              .add(CUT_SHORT_REQUESTS, IntegerType),
          ExtractMergeCodec.TOKENS);

  SummaryMergeCodec() {
    super(MergedSummary.class);
  }

  @Override
  public StructType columns() {
    return COLUMNS;
  }

  @Override
  public Object[] encode(MergedSummary of, Row asked) {
    List<Object> values =
        new ArrayList<>(
            Arrays.asList(
                of.text(),
                of.finishReason(),
                of.rounds(),
                of.requests(),
                of.leftOut().toArray(),
                of.cutShort().toArray(),
                of.cutShortRequests()));
    values.addAll(ExtractMergeCodec.tokens(of.tokens()));
    return values.toArray();
  }

  @Override
  List<String> sums() {
    return SUMS;
  }

  @Override
  public List<String> counters() {
    List<String> names = new ArrayList<>(SUMS);
    names.add(LENGTH);
    return names;
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = super.count(result);
    int ofChunks = result.getList(result.fieldIndex(CUT_SHORT)).size();
    counts.put(LENGTH, ofChunks + result.<Integer>getAs(CUT_SHORT_REQUESTS).longValue());
    return counts;
  }
}
