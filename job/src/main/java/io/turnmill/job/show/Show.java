package io.turnmill.job.show;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.ResultFiles;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.TerminalText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/** Prints results: as many rows as asked for, read one at a time from as few files as possible. */
public final class Show {
  private final ShowRequest request;
  private final Terminal terminal;
  private final Configuration conf;

  private Show(ShowRequest request, Terminal terminal, Configuration conf) {
    this.request = request;
    this.terminal = terminal;
    this.conf = conf;
  }

  /**
   * Prints what is asked for.
   *
   * @throws SetupException if there is nothing at the path, or nothing that a run wrote
   */
  public static void print(ShowRequest request, Terminal terminal, Configuration conf)
      throws IOException {
    Show show = new Show(request, terminal, conf);
    ResultFiles files = ResultFiles.at(request.path(), conf);
    if (request.rejected() || files.isRejected()) {
      show.rejected(files);
    } else if (request.session().isPresent()) {
      show.session(files, request.session().get());
    } else {
      show.sessions(files);
    }
  }

  private void sessions(ResultFiles files) throws IOException {
    int shown = 0;
    for (Iterator<Path> each = files.results().iterator(); each.hasNext(); ) {
      Path file = each.next();
      try (ShownSessions sessions = sessions(file, Optional.empty())) {
        while (sessions.hasNext()) {
          if (shown == request.rows()) {
            terminal.out().println("There are more sessions: --rows N shows the first N.");
            return;
          }
          print(sessions.next());
          shown++;
        }
      }
    }
    if (shown == 0) {
      terminal.out().println("There are no results in " + request.path() + " yet.");
    }
  }

  private void session(ResultFiles files, String id) throws IOException {
    boolean found = false;
    for (Iterator<Path> each = files.results().iterator(); each.hasNext(); ) {
      Path file = each.next();
      if (ParquetRows.holds(file, resultSchema(file), conf, id)) {
        found = true;
        // Other tenants may have a session of the same id, in this file or another.
        try (ShownSessions sessions = sessions(file, Optional.of(id))) {
          while (sessions.hasNext()) {
            print(sessions.next());
          }
        }
      }
    }
    if (found) {
      return;
    }
    List<List<String>> rejected = rejectedRows(files, Optional.of(id), request.rows());
    if (rejected.isEmpty()) {
      throw new SetupException(
          "there is no session '" + TerminalText.line(id) + "' in " + request.path());
    }
    terminal
        .out()
        .println("No result for session " + TerminalText.line(id) + ", but it was rejected:");
    printTable(rejected);
  }

  private void rejected(ResultFiles files) throws IOException {
    List<List<String>> rows = rejectedRows(files, request.session(), request.rows() + 1);
    if (rows.isEmpty()) {
      terminal.out().println("There are no rejected rows in " + request.path() + ".");
      return;
    }
    printTable(rows.subList(0, Math.min(rows.size(), request.rows())));
    if (rows.size() > request.rows()) {
      String count = HumanFormat.count(request.rows(), "row", "rows");
      terminal.out().println("The first " + count + "; --rows N shows the first N.");
    }
  }

  private List<List<String>> rejectedRows(ResultFiles files, Optional<String> session, int most)
      throws IOException {
    List<List<String>> found = new ArrayList<>();
    for (Iterator<Path> each = files.rejected().iterator();
        each.hasNext() && found.size() < most; ) {
      Path file = each.next();
      if (!ParquetRows.schema(file, conf).containsField("code")) {
        throw new SetupException(file + " does not hold rejected rows: it has no column code");
      }
      try (ParquetRows rows = ParquetRows.open(file, conf, session)) {
        for (Optional<Group> row = rows.next();
            row.isPresent() && found.size() < most;
            row = rows.next()) {
          found.add(RejectedView.row(row.get()));
        }
      }
    }
    return found;
  }

  private ShownSessions sessions(Path file, Optional<String> id) throws IOException {
    return ShownSessions.open(file, resultSchema(file), conf, id);
  }

  private MessageType resultSchema(Path file) throws IOException {
    MessageType schema = ParquetRows.schema(file, conf);
    if (!schema.containsField(ParquetRows.SESSION_ID)) {
      throw new SetupException(file + " does not hold results: it has no column session_id");
    }
    return schema;
  }

  private void print(ShownSession session) {
    ConversationView.lines(session, terminal).forEach(terminal.out()::println);
    terminal.out().println();
  }

  private void printTable(List<List<String>> rows) {
    RejectedView.lines(rows, terminal.columns()).forEach(terminal.out()::println);
  }
}
