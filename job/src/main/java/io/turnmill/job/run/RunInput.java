package io.turnmill.job.run;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.read.Archive;
import io.turnmill.job.read.DocumentFiles;
import io.turnmill.job.read.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * What a run reads, at least one of two.
 *
 * @param archive the sessions
 * @param documents the documents
 */
public record RunInput(Optional<Archive> archive, Optional<DocumentFiles> documents) {

  /**
   * Lists the files.
   *
   * @throws InputException naming every path that cannot be used
   */
  public static RunInput open(SparkSession spark, JobConfig config) {
    Optional<Archive> archive =
        config.input().paths().isEmpty()
            ? Optional.empty()
            : Optional.of(Archive.open(spark, config.input(), config.check().badFile()));
    Optional<DocumentFiles> documents =
        config.documents().isSet()
            ? Optional.of(DocumentFiles.list(spark, config.documents(), config.check().badFile()))
            : Optional.empty();
    return new RunInput(archive, documents);
  }

  /** The address of each file, with its file system. */
  public List<String> files() {
    return both(Archive::files, DocumentFiles::uris);
  }

  /** One line for each file: its address, size, and version. */
  public List<String> listing() {
    return both(Archive::listing, DocumentFiles::listing);
  }

  private List<String> both(
      Function<Archive, List<String>> ofArchive,
      Function<DocumentFiles, List<String>> ofDocuments) {
    return Stream.concat(archive.map(ofArchive).stream(), documents.map(ofDocuments).stream())
        .collect(ArrayList::new, List::addAll, List::addAll);
  }
}
