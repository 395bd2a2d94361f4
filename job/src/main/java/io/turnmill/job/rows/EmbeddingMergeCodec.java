package io.turnmill.job.rows;

import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.merge.MergedEmbedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The codec of the vectors of items whose chunks have vectors. */
final class EmbeddingMergeCodec extends MergeCodec<MergedEmbedding> {
  private static final long serialVersionUID = 1L;

  private static final List<String> TOKENS = List.of("prompt_tokens", "cut_tokens");

  private final VectorType type;

  EmbeddingMergeCodec(VectorType type) {
    super(MergedEmbedding.class);
    this.type = type;
  }

  @Override
  public StructType columns() {
    return withTokens(EmbeddingsCodec.withVector(new StructType(), type), TOKENS);
  }

  @Override
  public Object[] encode(MergedEmbedding of, Row asked) {
    List<Object> values = new ArrayList<>(EmbeddingsCodec.values(of.vector()));
    values.addAll(Arrays.asList(of.tokens(), of.cutTokens()));
    return values.toArray();
  }

  @Override
  List<String> sums() {
    return TOKENS;
  }
}
