package io.turnmill.job.show;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;

/**
 * What was made of the answers about the chunks of a document or a session.
 *
 * @param row of the results, with the columns of the task
 * @param questions the names of the questions that were asked, if they are known
 */
record MergedResult(Group row, ShownChunks chunks, List<String> questions) {
  static final String CHUNK_COUNT = "chunk_count";

  /** Whether rows of these columns have such results. */
  static boolean areIn(GroupType schema) {
    return schema.containsField(CHUNK_COUNT);
  }

  /** The names of the questions of a run. */
  static List<String> questions(Optional<JsonNode> manifest) {
    List<String> names = new ArrayList<>();
    manifest
        .map(of -> of.path("settings"))
        .ifPresent(
            settings ->
                settings
                    .path(settings.path("task.kind").asText() + ".questions")
                    .fieldNames()
                    .forEachRemaining(names::add));
    return names;
  }

  /** Tells the size only, because text of documents never reaches a log. */
  @Override
  public String toString() {
    return "MergedResult[chunks=" + chunks.all().size() + "]";
  }
}
