package io.turnmill.job.read;

import io.turnmill.job.config.InputConfig;
import io.turnmill.job.hadoop.Parallel;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.read.ListedFiles.ListedFile;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Lists the files of an archive, with their formats if these must be known before the files are
 * read.
 */
final class InputFiles {
  private InputFiles() {}

  /**
   * All files, in the order of their names.
   *
   * @throws InputException naming the paths that cannot be used
   */
  static List<InputFile> list(Configuration conf, InputConfig input) {
    return list(conf, input, Retry.of(Retry.Times.AT_START));
  }

  /**
   * @param retry how to retry what a store cannot do at the moment
   */
  static List<InputFile> list(Configuration conf, InputConfig input, Retry retry) {
    try (Parallel parallel = new Parallel(ListedFiles.PARALLEL)) {
      ListedFiles listed = ListedFiles.list(conf, "input.paths", input.paths(), parallel, retry);
      return told(conf, input, listed, listed.files(), parallel);
    }
  }

  /**
   * Some of the files that were listed, in the order of their names, with their formats.
   *
   * @throws InputException naming what cannot be used of all that was listed
   */
  static List<InputFile> told(
      Configuration conf,
      InputConfig input,
      ListedFiles listed,
      Collection<ListedFile> some,
      Parallel parallel) {
    List<InputFile> files =
        some.stream().flatMap(file -> inputFile(file, input, listed).stream()).toList();
    List<InputFile> told = new FormatSample(conf, parallel, listed::problem).tell(files);
    listed.throwProblems();
    return told.stream().sorted(Comparator.comparing(InputFile::shownName)).toList();
  }

  private static Optional<InputFile> inputFile(
      ListedFile file, InputConfig input, ListedFiles listed) {
    Optional<String> unread = InputCompression.unread(file.name());
    if (unread.isPresent()) {
      listed.problem(
          "%s cannot be read: compressed files may be .gz, .bz2 or .zst, not %s"
              .formatted(file.shownName(), unread.get()));
      return Optional.empty();
    }
    return Optional.of(
        new InputFile(
            file.uri(),
            file.shownName(),
            format(input, file.name(), file.length()),
            InputCompression.of(file.name()),
            file.length(),
            file.version()));
  }

  private static FileFormat format(InputConfig input, String name, long length) {
    FileFormat format =
        switch (input.format()) {
          case AUTO -> FileFormat.byName(name);
          case JSONL -> FileFormat.JSON_LINES;
          case JSON -> FileFormat.JSON;
          case CSV -> name.contains(".tsv") ? FileFormat.TSV : FileFormat.CSV;
          case PARQUET -> FileFormat.PARQUET;
        };
    return length == 0 && !format.isTold() ? FileFormat.JSON_LINES : format;
  }
}
