package io.turnmill.job.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.export.ExportRequest.Replies;
import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.ResultFiles;
import io.turnmill.job.results.RunPrompts;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.RunManifest;
import io.turnmill.task.TaskOptions.VectorType;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/** Writes finished results in another format, in the order in which they are stored. */
public final class Export {
  private static final long PROGRESS_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final ExportRequest request;
  private final Terminal terminal;
  private final Configuration conf;
  private long rows;
  private long failed;
  private long entries;
  private long saidAtNanos = System.nanoTime();

  private Export(ExportRequest request, Terminal terminal, Configuration conf) {
    this.request = request;
    this.terminal = terminal;
    this.conf = conf;
  }

  /**
   * Writes the file that is asked for, and says on the error stream what is in it.
   *
   * @throws SetupException if there are no such results, or the file cannot be made
   */
  public static void write(ExportRequest request, Terminal terminal, Configuration conf)
      throws IOException {
    new Export(request, terminal, conf).write();
  }

  private void write() throws IOException {
    ResultFiles files = ResultFiles.at(request.path(), conf);
    Optional<Path> folder = files.outputFolder();
    Optional<PreviousRun> run =
        folder.flatMap(of -> OutputFolder.open(of.toString(), conf).previous());
    run.ifPresent(this::checkComplete);
    checkHasSessions(files);
    Optional<JsonNode> manifest = files.manifest();
    VariantChoice variant = VariantChoice.of(request, manifest, files.isAll());
    RunPrompts prompts = new RunPrompts(manifest);
    if (prompts.manifest().isEmpty() && request.replies() == Replies.MODEL) {
      noteUnknownPrompts();
    }
    try (ExportFile file = ExportFile.create(request, folder, conf);
        Exporter exporter = exporter(file.out(), run, prompts)) {
      for (Iterator<Path> each = files.results().iterator(); each.hasNext(); ) {
        write(each.next(), exporter, variant);
      }
      exporter.end();
      file.commit();
      terminal.err().println(summary(exporter, file));
    }
  }

  private void checkComplete(PreviousRun run) {
    if (!run.state().equals(RunManifest.COMPLETE) && !request.incomplete()) {
      throw new SetupException(
          "The run in %s is not complete: its state is %s. Give its command again, which resumes it, or add --incomplete to export what is finished."
              .formatted(request.path(), run.state()));
    }
  }

  /** Conversations and vectors of sessions are exported, and documents are not. */
  private void checkHasSessions(ResultFiles files) throws IOException {
    boolean hasSessions = files.results().findAny().isPresent();
    if (!hasSessions && files.documents().findAny().isPresent()) {
      throw new SetupException(
          "There are documents in %s, and only results of sessions are exported. Its table documents is Parquet, which other programs read."
              .formatted(request.path()));
    }
  }

  private void noteUnknownPrompts() {
    if (request.format() != ExportFormat.ARROW) {
      terminal
          .err()
          .println(
              "No run.json lies beside these results, so their task is not known. Each history"
                  + " is that of the archive, as in the tasks reply and replay.");
    }
  }

  private Exporter exporter(OutputStream out, Optional<PreviousRun> run, RunPrompts prompts) {
    return switch (request.format()) {
      case TRIPLES, OPENAI ->
          new ConversationLines(out, request.format(), request.replies(), prompts);
      case ARROW -> new VectorRows(out, run.flatMap(Export::storedAs));
    };
  }

  /** How a run stored the numbers of its vectors. */
  private static Optional<VectorType> storedAs(PreviousRun run) {
    String setting = run.setting("embed.dtype").orElse("").replace("\"", "");
    return Stream.of(VectorType.values()).filter(of -> of.wireName().equals(setting)).findFirst();
  }

  private void write(Path file, Exporter exporter, VariantChoice variant) throws IOException {
    MessageType schema = ParquetRows.schema(file, conf);
    if (!schema.containsField("status") || !schema.containsField(ParquetRows.SESSION_ID)) {
      throw new SetupException(
          file + " does not hold results: it has no columns session_id and status");
    }
    exporter.check(schema, file);
    variant.check(schema, file);
    Set<String> columns = new HashSet<>(exporter.columns());
    columns.add(VariantChoice.COLUMN);
    try (ParquetRows results = ParquetRows.open(file, schema, columns, variant.rows(), conf)) {
      for (Optional<Group> row = results.next(); row.isPresent(); row = results.next()) {
        rows++;
        variant.check(row.get());
        if (GroupValues.text(row.get(), "status").equals(Optional.of("ok"))) {
          entries += exporter.write(row.get());
        } else {
          failed++;
        }
        progress(exporter);
      }
    }
  }

  private void progress(Exporter exporter) {
    long now = System.nanoTime();
    if (now - saidAtNanos >= PROGRESS_EVERY_NANOS) {
      saidAtNanos = now;
      terminal
          .err()
          .println(
              HumanFormat.count(rows, "row", "rows")
                  + " read, "
                  + exporter.counted(entries)
                  + " written");
    }
  }

  private String summary(Exporter exporter, ExportFile file) {
    String leftOut =
        failed == 0
            ? ""
            : String.format(
                Locale.ROOT,
                " %s left out, because the status is failed.",
                HumanFormat.count(failed, "row was", "rows were"));
    return "Wrote %s to %s.%s".formatted(exporter.counted(entries), file.path(), leftOut);
  }
}
