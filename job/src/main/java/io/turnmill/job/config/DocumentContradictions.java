package io.turnmill.job.config;

import io.turnmill.task.TaskKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What settings may not say together about documents, and about sessions that are cut. */
final class DocumentContradictions {
  private DocumentContradictions() {}

  static List<String> in(JobConfig config) {
    List<String> found = new ArrayList<>();
    TaskKind kind = config.task().kind();
    boolean documents = config.documents().isSet();
    if (documents && !kind.isForDocuments()) {
      found.add(
          "documents.paths: documents cannot be asked for task.kind = "
              + kind.wireName()
              + "; they can for "
              + Arrays.stream(TaskKind.values())
                  .filter(TaskKind::isForDocuments)
                  .map(TaskKind::wireName)
                  .collect(Collectors.joining(", ")));
    }
    if (config.input().layout() == InputConfig.Layout.DOCUMENTS) {
      found.add("input.layout: documents are named in documents.paths");
    }
    String chunked = documents ? "documents.paths" : kind.isAskedInChunks() ? "task.kind" : "";
    if (!chunked.isEmpty()) {
      found.addAll(inChunked(config, chunked));
    }
    return found;
  }

  /**
   * @param why the setting for which items are asked about in chunks
   */
  private static List<String> inChunked(JobConfig config, String why) {
    List<String> found = new ArrayList<>();
    if (!config.variants().isEmpty()) {
      found.add(why + ": what is asked about in chunks cannot have variants");
    }
    if (config.cascade().isSet() && config.task().kind() == TaskKind.CLASSIFY) {
      found.add(why + ": what is asked about in chunks cannot have a cascade");
    }
    if (config.output().layout() == OutputConfig.Layout.TURN) {
      found.add(why + ": what is asked about in chunks has no turns; set output.layout = session");
    }
    return found;
  }
}
