package io.turnmill.job.prepare;

import io.turnmill.clean.SessionGroup;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * Counts what {@link WriteStaged} would write, and the sessions that the model is asked by length
 * and language. What it returns holds numbers, and no text.
 */
record SurveyStaged(EvenDraw draw) implements FlatMapFunction<Iterator<Row>, SurveyStaged.Part> {
  private static final long serialVersionUID = 1L;

  /** What one task found. */
  record Part(StagedPart counts, TreeMap<SessionGroup, StratumCount> strata)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public Iterator<Part> call(Iterator<Row> rows) {
    StagedPart.Counter counter = new StagedPart.Counter();
    TreeMap<SessionGroup, StratumCount> strata = new TreeMap<>();
    rows.forEachRemaining(
        row -> {
          counter.add(row);
          if (StagingRows.isSession(row) && StagedRows.duplicateOf(row).isEmpty()) {
            strata
                .computeIfAbsent(
                    SessionGroup.of(StagedRows.texts(row)),
                    group -> new StratumCount(draw.sessions()))
                .add(numbered(row));
          }
        });
    return List.of(new Part(counter.part(0, List.of(), List.of()), strata)).iterator();
  }

  private NumberedSession numbered(Row session) {
    return new NumberedSession(
        draw.rule().number(StagedRows.key(session)), StagedRows.characters(session));
  }
}
