package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Staged rows counted by bucket, scope and code: what {@link Counts} and {@link StagedBucket}s are
 * made of. Its size goes with buckets and codes, not with sessions.
 */
record StagedGroups(List<Row> rows) {

  /** Counts all rows, which {@link StagingRows} describes. */
  static StagedGroups of(Dataset<Row> staged) {
    return new StagedGroups(
        staged
            .groupBy(StagedRows.BUCKET, "scope", "code")
            .agg(
                count(lit(1)).as("rows"),
                total("record_count"),
                total("message_count"),
                total("rejected_messages"),
                total("char_count"))
            .collectAsList());
  }

  /** The buckets that hold anything, in order. */
  List<StagedBucket> buckets() {
    Map<Integer, StagedBucket> buckets = new TreeMap<>();
    for (Row row : rows) {
      int bucket = row.<Integer>getAs(StagedRows.BUCKET);
      buckets.merge(bucket, bucket(bucket, row), StagedGroups::sum);
    }
    return List.copyOf(buckets.values());
  }

  private static StagedBucket bucket(int bucket, Row row) {
    long rows = row.<Long>getAs("rows");
    if (row.getAs("scope") != null) {
      return new StagedBucket(
          bucket, 0, 0, 0, Map.of(row.getAs("scope"), Map.of(row.getAs("code"), rows)));
    }
    return new StagedBucket(
        bucket, rows, row.<Long>getAs("message_count"), row.<Long>getAs("char_count"), Map.of());
  }

  private static StagedBucket sum(StagedBucket a, StagedBucket b) {
    Map<String, Map<String, Long>> rejected = new TreeMap<>();
    for (StagedBucket part : List.of(a, b)) {
      part.rejected()
          .forEach(
              (scope, codes) ->
                  rejected.computeIfAbsent(scope, s -> new TreeMap<>()).putAll(codes));
    }
    return new StagedBucket(
        a.bucket(),
        a.sessions() + b.sessions(),
        a.messages() + b.messages(),
        a.characters() + b.characters(),
        rejected);
  }

  private static Column total(String column) {
    return coalesce(functions.sum(column), lit(0L)).as(column);
  }
}
