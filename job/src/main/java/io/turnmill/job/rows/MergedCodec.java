package io.turnmill.job.rows;

import io.turnmill.session.Scope;
import io.turnmill.task.Merged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The codec of results that were merged from answers about chunks: the columns of the merge, how
 * many chunks there are and how many of them have no answer, and the chunks themselves. A copy has
 * no chunks.
 *
 * @param merge the codec of what the answers are merged into
 * @param ofChunks the columns of the answers about chunks
 * @param scope what the items are
 */
public record MergedCodec<M>(ResultCodec<M> merge, StructType ofChunks, Scope scope)
    implements ResultCodec<Merged<M>> {
  private static final long serialVersionUID = 1L;

  private static final String CHUNK_COUNT = "chunk_count";
  private static final String FAILED_CHUNKS = "failed_chunks";
  private static final String CHUNKS = "chunks";
  private static final String PARTIAL = "partial_results";

  @Override
  @SuppressWarnings("unchecked") // a class has no type arguments at run time
  public Class<Merged<M>> type() {
    return (Class<Merged<M>>) (Class<?>) Merged.class;
  }

  @Override
  public StructType columns() {
    return merge
        .columns()
        .add(CHUNK_COUNT, DataTypes.IntegerType)
        .add(FAILED_CHUNKS, DataTypes.IntegerType);
  }

  @Override
  public StructType passedOn() {
    return new StructType()
        .add(StagedRows.CHUNKS, ChunkRows.type(ofChunks))
        .add(StagedRows.CHAR_COUNT, DataTypes.LongType)
        .add(StagedRows.SOURCE_FILE, DataTypes.StringType);
  }

  @Override
  public Optional<StructType> mergedFrom() {
    return Optional.of(ofChunks);
  }

  @Override
  public Object[] encode(Merged<M> result, Row asked) {
    int chunks = asked.getList(asked.fieldIndex(StagedRows.CHUNKS)).size();
    int failed = result.failed().values().stream().mapToInt(Integer::intValue).sum();
    return with(merge.encode(result.value(), asked), chunks, failed);
  }

  @Override
  public Object[] none() {
    return with(merge.none(), null, null);
  }

  private static Object[] with(Object[] ofMerge, Integer chunks, Integer failed) {
    Object[] values = Arrays.copyOf(ofMerge, ofMerge.length + 2);
    values[ofMerge.length] = chunks;
    values[ofMerge.length + 1] = failed;
    return values;
  }

  @Override
  public String status(Merged<M> result) {
    return result.isPartial() ? ResultRows.STATUS_PARTIAL : ResultRows.STATUS_OK;
  }

  @Override
  public List<String> counters() {
    List<String> names = new ArrayList<>(merge.counters());
    names.addAll(List.of(CHUNKS, FAILED_CHUNKS, PARTIAL));
    return names;
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = new LinkedHashMap<>(merge.count(result));
    long failed = result.<Integer>getAs(FAILED_CHUNKS);
    counts.put(CHUNKS, result.<Integer>getAs(CHUNK_COUNT).longValue());
    counts.put(FAILED_CHUNKS, failed);
    counts.put(PARTIAL, failed > 0 ? 1L : 0);
    return counts;
  }

  @Override
  public Tokens tokens(Merged<M> result) {
    return merge.tokens(result.value());
  }
}
