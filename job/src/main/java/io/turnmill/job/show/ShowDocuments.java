package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.ParquetRows.RowsWith;
import io.turnmill.job.results.ResultFiles;
import io.turnmill.job.terminal.Terminal;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/** Prints documents, read one at a time. */
final class ShowDocuments {
  private final ResultFiles files;
  private final Terminal terminal;
  private final Configuration conf;

  ShowDocuments(ResultFiles files, Terminal terminal, Configuration conf) {
    this.files = files;
    this.terminal = terminal;
    this.conf = conf;
  }

  /**
   * Prints the first documents.
   *
   * @param most how many
   * @return how many there were
   */
  int first(int most) throws IOException {
    int shown = 0;
    List<String> questions = MergedResult.questions(files.manifest());
    for (Iterator<Path> each = files.documents().iterator(); each.hasNext(); ) {
      Path file = each.next();
      if (!DocumentView.areIn(ParquetRows.schema(file, conf))) {
        continue;
      }
      try (ParquetRows rows = ParquetRows.open(file, conf, Optional.empty())) {
        for (Optional<Group> row = rows.next(); row.isPresent(); row = rows.next()) {
          if (shown == most) {
            terminal.out().println("There are more documents: --rows N shows the first N.");
            return shown;
          }
          print(row.get(), file, questions);
          shown++;
        }
      }
    }
    return shown;
  }

  /**
   * Prints the documents of an id, of all tenants.
   *
   * @return whether there are any
   */
  boolean only(String id) throws IOException {
    boolean found = false;
    List<String> questions = MergedResult.questions(files.manifest());
    RowsWith wanted = new RowsWith(DocumentView.ID, id);
    for (Iterator<Path> each = files.documents().iterator(); each.hasNext(); ) {
      Path file = each.next();
      MessageType schema = ParquetRows.schema(file, conf);
      if (!DocumentView.areIn(schema) || !ParquetRows.holds(file, schema, conf, wanted)) {
        continue;
      }
      try (ParquetRows rows = ParquetRows.open(file, conf, Optional.of(wanted))) {
        for (Optional<Group> row = rows.next(); row.isPresent(); row = rows.next()) {
          print(row.get(), file, questions);
          found = true;
        }
      }
    }
    return found;
  }

  private void print(Group row, Path file, List<String> questions) throws IOException {
    String id = GroupValues.text(row, DocumentView.ID).orElse("");
    ShownChunks chunks = ShownChunks.of(row, file, "document", id, conf);
    DocumentView.lines(new MergedResult(row, chunks, questions), terminal)
        .forEach(terminal.out()::println);
    terminal.out().println();
  }
}
