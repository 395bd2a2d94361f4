package io.turnmill.job.read;

import io.turnmill.job.config.CheckConfig.BadFile;
import io.turnmill.job.config.DocumentsConfig;
import io.turnmill.job.config.InputConfig;
import io.turnmill.job.hadoop.Parallel;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.read.ListedFiles.ListedFile;
import io.turnmill.session.TimestampUnit;
import java.io.Serializable;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The user's documents: files that are one each, and tables with one in each row. They are listed
 * once.
 */
public final class DocumentFiles {
  private static final Set<FileFormat> TABLES =
      EnumSet.of(FileFormat.JSON_LINES, FileFormat.CSV, FileFormat.TSV, FileFormat.PARQUET);

  private final List<DocumentFile> files;
  private final Optional<Archive> tables;

  /**
   * A file that is a document, or an archive of documents.
   *
   * @param uri its address, with its file system
   * @param shownName its name in results
   */
  public record DocumentFile(String uri, String shownName, long length, String version)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private DocumentFiles(List<DocumentFile> files, Optional<Archive> tables) {
    this.files = List.copyOf(files);
    this.tables = tables;
  }

  /**
   * Lists the files.
   *
   * @throws InputException naming every path that cannot be used
   */
  public static DocumentFiles list(SparkSession spark, DocumentsConfig documents, BadFile badFile) {
    Configuration conf =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).hadoopConfiguration();
    try (Parallel parallel = new Parallel(ListedFiles.PARALLEL)) {
      ListedFiles listed =
          ListedFiles.list(
              conf, "documents.paths", documents.paths(), parallel, Retry.of(Retry.Times.AT_START));
      InputConfig ofTables = ofTables(documents);
      List<ListedFile> tables =
          listed.files().stream().filter(file -> isTable(file, documents)).toList();
      List<InputFile> told = InputFiles.told(conf, ofTables, listed, tables, parallel);
      return new DocumentFiles(
          others(listed.files(), documents),
          told.isEmpty()
              ? Optional.empty()
              : Optional.of(Archive.of(spark, ofTables, told, badFile)));
    }
  }

  private static List<DocumentFile> others(
      Collection<ListedFile> listed, DocumentsConfig documents) {
    return listed.stream()
        .filter(file -> !isTable(file, documents))
        .map(file -> new DocumentFile(file.uri(), file.shownName(), file.length(), file.version()))
        .sorted(Comparator.comparing(DocumentFile::shownName))
        .toList();
  }

  private static boolean isTable(ListedFile file, DocumentsConfig documents) {
    return switch (documents.format()) {
      case AUTO -> TABLES.contains(FileFormat.byName(file.name()));
      case FILES -> false;
      case JSONL, JSON, CSV, PARQUET -> true;
    };
  }

  /** Records that hold a document each, as the settings of sessions would describe them. */
  private static InputConfig ofTables(DocumentsConfig documents) {
    InputConfig.Format format =
        switch (documents.format()) {
          case AUTO, FILES -> InputConfig.Format.AUTO;
          case JSONL -> InputConfig.Format.JSONL;
          case JSON -> InputConfig.Format.JSON;
          case CSV -> InputConfig.Format.CSV;
          case PARQUET -> InputConfig.Format.PARQUET;
        };
    return new InputConfig(
        documents.paths(),
        format,
        InputConfig.Layout.DOCUMENTS,
        new InputConfig.Fields(documents.idField(), "", "", documents.textField(), "", "", "", ""),
        TimestampUnit.AUTO,
        documents.carry(),
        Map.of(),
        InputConfig.MissingSessionId.DERIVE,
        (int) Math.min(documents.maxFileBytes(), Integer.MAX_VALUE / 2));
  }

  /** The files that are documents each, in the order of their names. */
  public List<DocumentFile> files() {
    return files;
  }

  /** The tables with a document in each row, if there are any. */
  public Optional<Archive> tables() {
    return tables;
  }

  /** The address of each file, with its file system. */
  public List<String> uris() {
    return Stream.concat(
            files.stream().map(DocumentFile::uri),
            tables.stream().flatMap(archive -> archive.files().stream()))
        .toList();
  }

  /** One line for each file: its address, size, and version (ETag or time of change). */
  public List<String> listing() {
    return Stream.concat(
            files.stream().map(file -> file.uri() + " " + file.length() + " " + file.version()),
            tables.stream().flatMap(archive -> archive.listing().stream()))
        .toList();
  }

  /** About how many bytes of text there are: as many as the files have. */
  public long textBytes() {
    return files.stream().mapToLong(DocumentFile::length).sum()
        + tables.map(Archive::textBytes).orElse(0L);
  }
}
