package io.turnmill.job.prepare;

import io.turnmill.job.rows.StagedRows;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** In which partition of a data set each bucket is, so that others can be brought there. */
final class BucketPlaces extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final Map<Integer, Integer> partitions;
  private final int count;

  private BucketPlaces(Map<Integer, Integer> partitions, int count) {
    this.partitions = partitions;
    this.count = count;
  }

  /**
   * Finds the partition of each bucket.
   *
   * @param rows rows with a bucket, each of which is in one partition as a whole
   */
  static BucketPlaces in(JavaRDD<Row> rows) {
    Map<Integer, Integer> partitions = new HashMap<>();
    rows.mapPartitionsWithIndex(
            (partition, those) -> {
              Set<Integer> buckets = new HashSet<>();
              those.forEachRemaining(row -> buckets.add(row.getAs(StagedRows.BUCKET)));
              return buckets.stream().map(bucket -> new Tuple2<>(bucket, partition)).iterator();
            },
            true)
        .collect()
        .forEach(place -> partitions.put(place._1(), place._2()));
    return new BucketPlaces(Collections.unmodifiableMap(partitions), rows.getNumPartitions());
  }

  @Override
  public int numPartitions() {
    return count;
  }

  @Override
  public int getPartition(Object bucket) {
    Integer partition = partitions.get((Integer) bucket);
    if (partition == null) {
      throw new IllegalStateException("No session is in bucket " + bucket + ". This is a bug.");
    }
    return partition;
  }
}
