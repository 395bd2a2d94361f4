package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.ResultFiles;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.TerminalText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

/** Prints topics, the largest first. */
final class ShowTopics {
  private final ResultFiles files;
  private final Terminal terminal;
  private final Configuration conf;

  ShowTopics(ResultFiles files, Terminal terminal, Configuration conf) {
    this.files = files;
    this.terminal = terminal;
    this.conf = conf;
  }

  /**
   * Prints all topics, if there are some.
   *
   * @return whether there are
   */
  boolean all() throws IOException {
    double covered = 0;
    int topics = 0;
    for (Iterator<Path> each = files.topics().iterator(); each.hasNext(); ) {
      Path file = each.next();
      if (!ParquetRows.schema(file, conf).containsField("topic")) {
        continue;
      }
      try (ParquetRows rows = ParquetRows.open(file, conf, Optional.empty())) {
        for (Optional<Group> row = rows.next(); row.isPresent(); row = rows.next()) {
          print(row.get());
          covered += GroupValues.real(row.get(), "share").orElse(0.0);
          topics++;
        }
      }
    }
    if (topics > 0) {
      terminal.out().println();
      terminal.out().println(percent(covered) + " of all texts belong to one of these.");
    }
    return topics > 0;
  }

  private void print(Group topic) {
    AnswerLines lines = new AnswerLines(terminal, "", terminal.columns(), false);
    List<String> facts = new ArrayList<>();
    addCount(facts, topic, "sessions", "session", "sessions");
    addCount(facts, topic, "documents", "document", "documents");
    facts.add(percent(GroupValues.real(topic, "share").orElse(0.0)));
    String name = GroupValues.text(topic, "name").orElse("without a name");
    lines.title("▶ " + TerminalText.line(name), facts);
    GroupValues.text(topic, "summary").filter(of -> !of.isBlank()).ifPresent(lines::body);
    GroupValues.text(topic, "error_code")
        .ifPresent(
            code ->
                lines.body(
                    code + GroupValues.text(topic, "error_detail").map(of -> ": " + of).orElse(""),
                    Terminal.Style.RED));
    List<String> examples =
        GroupValues.structs(topic, "examples").stream()
            .map(example -> GroupValues.text(example, "id").orElse(""))
            .toList();
    lines.body("such as " + String.join(", ", examples), Terminal.Style.DIM);
    lines.lines().forEach(line -> terminal.out().println(line.text()));
  }

  private static void addCount(
      List<String> facts, Group topic, String column, String one, String several) {
    long count = GroupValues.number(topic, column);
    if (count > 0) {
      facts.add(HumanFormat.count(count, one, several));
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
