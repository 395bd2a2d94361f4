package io.turnmill.job.prepare;

import io.turnmill.clean.SampleRule;
import io.turnmill.job.config.SampleConfig;
import io.turnmill.job.rows.ComparedRows;
import io.turnmill.job.rows.StagedRows;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * The group and the number of sessions, by which a sample of {@code sample.n} sessions is drawn.
 *
 * @param rule gives each session its number
 * @param by the field whose values are the groups; empty if there is one group
 * @param byTenant whether that is the tenant
 */
record SampleNumbers(SampleRule rule, String by, boolean byTenant) implements Serializable {
  private static final long serialVersionUID = 1L;

  static SampleNumbers of(SampleConfig sample) {
    return new SampleNumbers(sample.rule(), sample.by(), sample.isByTenant());
  }

  /** The group of a session's row; sessions without a value are a group of their own. */
  String group(Row session) {
    if (by.isEmpty()) {
      return "";
    }
    return byTenant ? ComparedRows.owner(session) : ComparedRows.carried(session, by);
  }

  long number(Row session) {
    return rule.number(StagedRows.key(session));
  }
}
