package io.turnmill.job.prepare;

import io.turnmill.clean.SampleRule;
import io.turnmill.clean.SessionGroup;
import io.turnmill.job.config.SampleConfig;
import io.turnmill.job.config.SampleConfig.Grouping;
import io.turnmill.job.rows.ComparedRows;
import io.turnmill.job.rows.StagedRows;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * The group and the number of sessions, by which a sample of {@code sample.n} sessions is drawn.
 *
 * @param rule gives each session its number
 * @param grouping what the groups are
 * @param field whose values they are, if they are those of a carried field
 */
record SampleNumbers(SampleRule rule, Grouping grouping, String field) implements Serializable {
  private static final long serialVersionUID = 1L;

  static SampleNumbers of(SampleConfig sample) {
    return new SampleNumbers(sample.rule(), sample.grouping(), sample.by());
  }

  /** The group of a session's row; sessions without a value are a group of their own. */
  String group(Row session) {
    return switch (grouping) {
      case NONE -> "";
      case TENANT -> ComparedRows.owner(session);
      case FIELD -> ComparedRows.carried(session, field);
      case LENGTH -> Long.toString(SessionGroup.lengthOf(StagedRows.characters(session)));
      case LANGUAGE -> SessionGroup.scriptOf(StagedRows.texts(session));
      case LENGTH_AND_LANGUAGE -> SessionGroup.of(StagedRows.texts(session)).toString();
    };
  }

  long number(Row session) {
    return rule.number(StagedRows.key(session));
  }
}
