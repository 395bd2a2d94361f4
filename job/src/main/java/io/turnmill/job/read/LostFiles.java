package io.turnmill.job.read;

import io.turnmill.job.config.CheckConfig.BadFile;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.apache.spark.SparkContext;
import org.apache.spark.util.CollectionAccumulator;

/**
 * The files that cannot be read to their end: those that are known before a reading, and those that
 * its tasks find. Serialized and sent to the executors.
 */
final class LostFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final BinaryOperator<LostFile> EARLIER =
      BinaryOperator.minBy(Comparator.comparingLong(LostFile::position));

  private final BadFile badFile;
  private final Map<String, LostFile> known;
  private final CollectionAccumulator<LostFile> found;

  private LostFiles(
      BadFile badFile, Map<String, LostFile> known, CollectionAccumulator<LostFile> found) {
    this.badFile = badFile;
    this.known = Map.copyOf(known);
    this.found = found;
  }

  static LostFiles none(SparkContext context, BadFile badFile) {
    return new LostFiles(
        badFile, Map.of(), context.collectionAccumulator("files that cannot be read"));
  }

  /** Both the known files and those that tasks have found since, as known files. */
  LostFiles withFound() {
    Map<String, LostFile> all = new HashMap<>(known);
    for (LostFile file : List.copyOf(found.value())) {
      if (!known.containsKey(file.uri())) {
        all.merge(file.uri(), file, EARLIER);
      }
    }
    return new LostFiles(badFile, all, found);
  }

  /** The known files, by their addresses. */
  Map<String, LostFile> known() {
    return known;
  }

  Optional<LostFile> known(Split split) {
    return Optional.ofNullable(known.get(split.uri()));
  }

  /**
   * Takes a file that a task cannot read further.
   *
   * @throws UnreadableFileException unless the settings allow a run without the file
   */
  void found(LostFile file) {
    switch (badFile) {
      case FAIL -> throw UnreadableFileException.lost(file);
      case REJECT -> found.add(file);
    }
  }
}
