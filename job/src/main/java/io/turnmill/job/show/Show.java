package io.turnmill.job.show;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.ParquetRows.RowsWith;
import io.turnmill.job.results.ResultFiles;
import io.turnmill.job.results.RunPrompts;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.TerminalText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    } else if (request.id().isPresent()) {
      show.only(files, request.id().get());
    } else {
      show.first(files);
    }
  }

  private void first(ResultFiles files) throws IOException {
    if (new ShowTopics(files, terminal, conf).all()) {
      return;
    }
    int shown = sessions(files) + new ShowDocuments(files, terminal, conf).first(request.rows());
    if (shown == 0) {
      terminal.out().println("There are no results in " + request.path() + " yet.");
    }
  }

  private int sessions(ResultFiles files) throws IOException {
    Optional<JsonNode> manifest = files.manifest();
    boolean isAll = files.isAll();
    Optional<VariantFiles> variants =
        manifest.filter(any -> isAll).flatMap(of -> VariantFiles.of(of, files, conf));
    RunPrompts prompts = new RunPrompts(manifest);
    int shown = 0;
    for (Iterator<Path> each = files.results().iterator(); each.hasNext(); ) {
      Path file = each.next();
      if (DocumentView.areIn(ParquetRows.schema(file, conf))) {
        continue;
      }
      try (ShownSessions sessions = sessions(file, Optional.empty(), prompts)) {
        while (sessions.hasNext()) {
          ShownSession session = sessions.next();
          List<ShownSession> all =
              variants.isPresent() ? variants.get().all(session, file) : List.of(session);
          if (all.isEmpty()) {
            continue;
          }
          if (shown == request.rows()) {
            terminal.out().println("There are more sessions: --rows N shows the first N.");
            return shown;
          }
          print(all);
          shown++;
        }
      }
    }
    return shown;
  }

  private void only(ResultFiles files, String id) throws IOException {
    boolean isThere = session(files, id);
    if (new ShowDocuments(files, terminal, conf).only(id) || isThere) {
      return;
    }
    List<List<String>> rejected = rejectedRows(files, Optional.of(id), request.rows());
    String shown = TerminalText.line(id);
    if (rejected.isEmpty()) {
      throw new SetupException(
          "there is no session or document '" + shown + "' in " + request.path());
    }
    terminal.out().println("No result for " + shown + ", but it was rejected:");
    printTable(rejected);
  }

  private boolean session(ResultFiles files, String id) throws IOException {
    // Other tenants may have a session of the same id, and variants their own rows of one session.
    Map<String, List<ShownSession>> found = new LinkedHashMap<>();
    RunPrompts prompts = new RunPrompts(files.manifest());
    for (Iterator<Path> each = files.results().iterator(); each.hasNext(); ) {
      Path file = each.next();
      MessageType schema = ParquetRows.schema(file, conf);
      if (!DocumentView.areIn(schema)
          && ParquetRows.holds(file, checked(file, schema), conf, RowsWith.session(id))) {
        try (ShownSessions sessions = sessions(file, Optional.of(id), prompts)) {
          while (sessions.hasNext()) {
            ShownSession session = sessions.next();
            String key = session.variant().isPresent() ? "" + session.tenant() : "" + found.size();
            found.computeIfAbsent(key, any -> new ArrayList<>()).add(session);
          }
        }
      }
    }
    for (List<ShownSession> session : found.values()) {
      print(session);
    }
    return !found.isEmpty();
  }

  private void rejected(ResultFiles files) throws IOException {
    List<List<String>> rows = rejectedRows(files, request.id(), request.rows() + 1);
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

  private List<List<String>> rejectedRows(ResultFiles files, Optional<String> id, int most)
      throws IOException {
    List<List<String>> found = new ArrayList<>();
    for (Iterator<Path> each = files.rejected().iterator();
        each.hasNext() && found.size() < most; ) {
      Path file = each.next();
      if (!ParquetRows.schema(file, conf).containsField("code")) {
        throw new SetupException(file + " does not hold rejected rows: it has no column code");
      }
      try (ParquetRows rows = ParquetRows.open(file, conf, id.map(RowsWith::session))) {
        for (Optional<Group> row = rows.next();
            row.isPresent() && found.size() < most;
            row = rows.next()) {
          found.add(RejectedView.row(row.get()));
        }
      }
    }
    return found;
  }

  private ShownSessions sessions(Path file, Optional<String> id, RunPrompts prompts)
      throws IOException {
    MessageType schema = checked(file, ParquetRows.schema(file, conf));
    return ShownSessions.open(file, schema, conf, id, prompts);
  }

  private MessageType checked(Path file, MessageType schema) {
    if (!schema.containsField(ParquetRows.SESSION_ID)) {
      throw new SetupException(file + " does not hold results: it has no column session_id");
    }
    if (request.variants() && !schema.containsField(ShownRows.VARIANT)) {
      throw new SetupException(
          file + " has no column variant: the run had no variants to be shown beside each other");
    }
    return schema;
  }

  /**
   * @param session one row, or a row of each variant
   */
  private void print(List<ShownSession> session) {
    ConversationView.lines(session, terminal, request.variants()).forEach(terminal.out()::println);
    terminal.out().println();
  }

  private void printTable(List<List<String>> rows) {
    RejectedView.lines(rows, terminal.columns()).forEach(terminal.out()::println);
  }
}
