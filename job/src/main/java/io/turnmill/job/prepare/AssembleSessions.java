package io.turnmill.job.prepare;

import io.turnmill.session.SessionAssembler;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** Makes staged rows of entries; those of one session are adjacent. */
record AssembleSessions(boolean badMessageRejectsSession, boolean filesLost)
    implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> entries) {
    return new SessionStream(
        entries,
        session -> SessionAssembler.assemble(session, badMessageRejectsSession, filesLost));
  }
}
