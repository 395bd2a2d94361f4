package io.turnmill.job.prepare;

import io.turnmill.clean.CleanSteps;
import io.turnmill.clean.SampleRule;
import io.turnmill.session.SessionAssembler;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** Makes staged rows of entries; those of one session are adjacent. */
record AssembleSessions(
    boolean badMessageRejectsSession,
    boolean filesLost,
    boolean needsUserTurn,
    CleanSteps clean,
    SampleRule sample)
    implements MapPartitionsFunction<Row, Row> {

  static AssembleSessions of(Prepare.Rules rules) {
    boolean badMessageRejectsSession =
        switch (rules.check().badMessage()) {
          case REJECT_MESSAGE -> false;
          case REJECT_SESSION -> true;
        };
    return new AssembleSessions(
        badMessageRejectsSession,
        rules.filesLost(),
        rules.needsUserTurn(),
        rules.clean().steps(),
        rules.sample().rule());
  }

  @Override
  public Iterator<Row> call(Iterator<Row> entries) {
    SessionAssembler.Rules rules =
        new SessionAssembler.Rules(badMessageRejectsSession, filesLost, needsUserTurn);
    return new SessionStream(
        entries, session -> SessionAssembler.assemble(session, rules), clean, sample);
  }
}
