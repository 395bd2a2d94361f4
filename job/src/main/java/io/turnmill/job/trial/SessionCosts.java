package io.turnmill.job.trial;

import io.turnmill.clean.SampleRule;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.StagedRows;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads from the results of a trial what its sessions cost. */
public final class SessionCosts {
  private SessionCosts() {}

  /**
   * The costs of the sessions that have a result; a session that failed or was rejected has none.
   * What variants cost is added up.
   *
   * @param results the folder of the table of results, which has files
   * @param codec of the task
   * @param rule by which the sessions were drawn
   */
  public static List<SessionCost> read(
      SparkSession spark, String results, ResultCodec<?> codec, SampleRule rule) {
    Map<Long, SessionCost> costs = new TreeMap<>();
    spark
        .read()
        .parquet(results)
        .javaRDD()
        .filter(row -> ResultRows.STATUS_OK.equals(row.getAs("status")))
        .map(row -> cost(row, codec, rule))
        .collect()
        .forEach(cost -> costs.merge(cost.number(), cost, SessionCost::plus));
    return List.copyOf(costs.values());
  }

  private static SessionCost cost(Row row, ResultCodec<?> codec, SampleRule rule) {
    Map<String, Long> counts = codec.count(row);
    return new SessionCost(
        rule.number(StagedRows.key(row)),
        counts.getOrDefault("prompt_tokens", 0L),
        counts.getOrDefault("completion_tokens", 0L),
        codec.ends(row));
  }
}
