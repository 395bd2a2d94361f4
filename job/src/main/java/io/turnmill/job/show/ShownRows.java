package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.RunPrompts;
import io.turnmill.job.show.ShownSession.ShownMessage;
import io.turnmill.job.show.ShownSession.ShownReply;
import io.turnmill.job.show.ShownSession.ShownUnanswered;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

/** Turns a row of the results that holds a whole session into what is shown. */
final class ShownRows {
  static final String VARIANT = "variant";
  private static final String BUCKET = "bucket=";

  private ShownRows() {}

  /**
   * @param merged what was made of the answers about the session's chunks, if it was asked so
   */
  static ShownSession session(
      Group row, Path file, RunPrompts prompts, Optional<MergedResult> merged) {
    return new ShownSession(
        GroupValues.text(row, ParquetRows.SESSION_ID).orElse(""),
        GroupValues.text(row, "tenant"),
        GroupValues.text(row, VARIANT),
        GroupValues.text(row, "answered_by"),
        GroupValues.text(row, "status").orElse("unknown"),
        GroupValues.text(row, "error_code"),
        GroupValues.text(row, "error_detail"),
        bucket(file),
        GroupValues.structs(row, "messages").stream().map(ShownRows::message).toList(),
        GroupValues.structs(row, "replies").stream().map(of -> reply(of, "content")).toList(),
        merged.isPresent() ? List.of() : ShownAnswer.of(row),
        merged.isPresent()
            ? List.of()
            : GroupValues.structs(row, "unanswered").stream().map(ShownRows::unanswered).toList(),
        GroupValues.texts(row, "carried"),
        GroupValues.number(row, "rejected_messages"),
        GroupValues.text(row, "duplicate_of"),
        prompts.of(GroupValues.text(row, VARIANT)),
        merged);
  }

  static ShownMessage message(Group row) {
    return new ShownMessage(
        GroupValues.number(row, "turn"),
        GroupValues.text(row, "role").orElse("unknown"),
        GroupValues.text(row, "content").orElse(""),
        GroupValues.timestamp(row, "timestamp"));
  }

  static ShownUnanswered unanswered(Group row) {
    return new ShownUnanswered(
        GroupValues.number(row, "turn"),
        GroupValues.text(row, "field"),
        GroupValues.text(row, "error_code").orElse("unknown"),
        GroupValues.text(row, "error_detail").orElse(""));
  }

  /**
   * @param text the column of the reply's text
   */
  static ShownReply reply(Group row, String text) {
    return new ShownReply(
        GroupValues.number(row, "turn"),
        GroupValues.number(row, "choice"),
        GroupValues.text(row, text).orElse(""),
        GroupValues.text(row, "reasoning"),
        GroupValues.text(row, "finish_reason").orElse("unknown"),
        GroupValues.text(row, "stop_reason"),
        GroupValues.number(row, "prompt_tokens"),
        GroupValues.number(row, "cached_tokens"),
        GroupValues.number(row, "completion_tokens"),
        GroupValues.number(row, "reasoning_tokens"),
        GroupValues.text(row, "reasoning_cut_short").map(Boolean::valueOf).orElse(false),
        GroupValues.real(row, "confidence"),
        GroupValues.number(row, "dropped_messages"));
  }

  /** The bucket is a part of the path, as partition columns are. */
  static Optional<String> bucket(Path file) {
    for (Path part = file; part != null; part = part.getParent()) {
      if (part.getName().startsWith(BUCKET)) {
        return Optional.of(part.getName().substring(BUCKET.length()));
      }
    }
    return Optional.empty();
  }
}
