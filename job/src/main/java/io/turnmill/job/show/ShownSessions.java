package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.ParquetRows.RowsWith;
import io.turnmill.job.results.RunPrompts;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/**
 * The sessions of a file of results, one after the other, whether a row holds a session or one of
 * its answers.
 */
final class ShownSessions implements Closeable {
  private final Path file;
  private final Configuration conf;
  private final boolean byTurn;
  private final RunPrompts prompts;
  private final ParquetRows rows;
  private Optional<Group> ahead;

  private ShownSessions(
      Path file, Configuration conf, boolean byTurn, ParquetRows rows, RunPrompts prompts)
      throws IOException {
    this.conf = conf;
    this.prompts = prompts;
    this.file = file;
    this.byTurn = byTurn;
    this.rows = rows;
    this.ahead = rows.next();
  }

  /**
   * Opens a file.
   *
   * @param schema the schema of the file
   * @param id the only session that is wanted
   * @param prompts what is known of the prompts of the run
   */
  static ShownSessions open(
      Path file, MessageType schema, Configuration conf, Optional<String> id, RunPrompts prompts)
      throws IOException {
    ParquetRows rows = ParquetRows.open(file, conf, id.map(RowsWith::session));
    return new ShownSessions(file, conf, ShownTurns.areIn(schema), rows, prompts);
  }

  boolean hasNext() {
    return ahead.isPresent();
  }

  ShownSession next() throws IOException {
    Group first = ahead.orElseThrow(NoSuchElementException::new);
    ahead = rows.next();
    if (!byTurn) {
      return ShownRows.session(first, file, prompts, merged(first));
    }
    List<Group> turns = new ArrayList<>(List.of(first));
    while (ahead.isPresent() && ShownTurns.areOfOneSession(first, ahead.get())) {
      turns.add(ahead.get());
      ahead = rows.next();
    }
    return ShownTurns.session(turns, file, prompts);
  }

  private Optional<MergedResult> merged(Group row) throws IOException {
    if (!MergedResult.areIn(row.getType())) {
      return Optional.empty();
    }
    String id = GroupValues.text(row, ParquetRows.SESSION_ID).orElse("");
    ShownChunks chunks = ShownChunks.of(row, file, "session", id, conf);
    return Optional.of(new MergedResult(row, chunks, MergedResult.questions(prompts.manifest())));
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
