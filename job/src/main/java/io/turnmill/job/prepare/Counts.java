package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.turnmill.job.rows.StagingRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The books of reading and grouping, counted on the staged rows themselves, so that neither retried
 * nor speculative tasks count twice. Every record of the archive is in a session, in a rejected
 * session, or rejected alone: {@code records} is the sum of the three.
 *
 * @param records read from the archive; files that could not be read further are not among them
 * @param sessions that go on to the model
 * @param messages of these sessions
 * @param rejectedMessages left out of these sessions
 * @param characters of these messages, in code points
 * @param rejected what was rejected, by scope and code, the commonest first
 */
public record Counts(
    long records,
    long sessions,
    long messages,
    long rejectedMessages,
    long characters,
    List<RejectedCount> rejected) {
  public Counts {
    rejected = List.copyOf(rejected);
  }

  /**
   * How often one thing was rejected for one reason.
   *
   * @param scope wire name of a {@link io.turnmill.session.Scope}
   * @param code wire name of a {@link io.turnmill.session.RejectionCode}
   */
  public record RejectedCount(String scope, String code, long count) {}

  /** Sessions that were seen: those that go on and those rejected as a whole. */
  public long sessionsSeen() {
    return sessions + rejectedOf("session");
  }

  public long rejectedOf(String scope) {
    return rejected.stream()
        .filter(row -> row.scope().equals(scope))
        .mapToLong(RejectedCount::count)
        .sum();
  }

  /** Counts all rows, which {@link StagingRows} describes. */
  static Counts of(Dataset<Row> staged) {
    List<Row> groups =
        staged
            .groupBy(StagingRows.TABLE, "scope", "code")
            .agg(
                count(lit(1)).as("rows"),
                total("record_count"),
                total("message_count"),
                total("rejected_messages"),
                total("char_count"))
            .collectAsList();
    long records = 0;
    long sessions = 0;
    long messages = 0;
    long rejectedMessages = 0;
    long characters = 0;
    List<RejectedCount> rejected = new ArrayList<>();
    for (Row group : groups) {
      long rows = group.<Long>getAs("rows");
      records += group.<Long>getAs("record_count");
      if (group.getAs("scope") != null) {
        rejected.add(new RejectedCount(group.getAs("scope"), group.getAs("code"), rows));
        continue;
      }
      sessions += rows;
      messages += group.<Long>getAs("message_count");
      rejectedMessages += group.<Long>getAs("rejected_messages");
      characters += group.<Long>getAs("char_count");
    }
    rejected.sort(
        Comparator.comparingLong(RejectedCount::count)
            .reversed()
            .thenComparing(RejectedCount::scope)
            .thenComparing(RejectedCount::code));
    return new Counts(records, sessions, messages, rejectedMessages, characters, rejected);
  }

  private static Column total(String column) {
    return coalesce(sum(column), lit(0L)).as(column);
  }
}
