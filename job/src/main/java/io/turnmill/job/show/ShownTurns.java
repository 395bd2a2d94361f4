package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.ParquetRows;
import io.turnmill.job.results.RunPrompts;
import io.turnmill.job.show.ShownSession.ShownMessage;
import io.turnmill.job.show.ShownSession.ShownReply;
import io.turnmill.job.show.ShownSession.ShownUnanswered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/**
 * Turns the rows of a session, each of which holds one answer, into what is shown: the session with
 * those of its messages that the rows are about.
 */
final class ShownTurns {
  private static final String TURN = "turn";
  private static final String FAILED = "failed";

  private ShownTurns() {}

  /** Whether a file holds one row for each answer, and not one for each session. */
  static boolean areIn(MessageType schema) {
    return schema.containsField(TURN) && !schema.containsField("messages");
  }

  static boolean areOfOneSession(Group a, Group b) {
    return GroupValues.text(a, ParquetRows.SESSION_ID)
            .equals(GroupValues.text(b, ParquetRows.SESSION_ID))
        && GroupValues.text(a, "tenant").equals(GroupValues.text(b, "tenant"));
  }

  /**
   * @param rows all rows of the session, at least one
   */
  static ShownSession session(List<Group> rows, Path file, RunPrompts prompts) {
    Map<Long, ShownMessage> messages = new TreeMap<>();
    List<ShownReply> replies = new ArrayList<>();
    List<ShownAnswer> answers = new ArrayList<>();
    List<ShownUnanswered> unanswered = new ArrayList<>();
    for (Group row : rows) {
      if (GroupValues.has(row, "role")) {
        messages.put(GroupValues.number(row, TURN), ShownRows.message(row));
      }
      if (GroupValues.has(row, "finish_reason")) {
        replies.add(ShownRows.reply(row, "reply"));
      }
      ShownAnswer.ofTurn(row).ifPresent(answers::add);
      if (GroupValues.has(row, TURN) && hasFailed(row)) {
        unanswered.add(ShownRows.unanswered(row));
      }
    }
    Group first = rows.get(0);
    boolean failed = !GroupValues.has(first, TURN) && hasFailed(first);
    String status = GroupValues.text(first, "status").orElse("unknown");
    return new ShownSession(
        GroupValues.text(first, ParquetRows.SESSION_ID).orElse(""),
        GroupValues.text(first, "tenant"),
        GroupValues.text(first, ShownRows.VARIANT),
        GroupValues.text(first, "answered_by"),
        // A turn without an answer does not make the session a failed one.
        failed || !hasFailed(first) ? status : "ok",
        failed ? GroupValues.text(first, "error_code") : Optional.empty(),
        failed ? GroupValues.text(first, "error_detail") : Optional.empty(),
        ShownRows.bucket(file),
        List.copyOf(messages.values()),
        replies,
        answers,
        unanswered,
        GroupValues.texts(first, "carried"),
        GroupValues.number(first, "rejected_messages"),
        GroupValues.text(first, "duplicate_of"),
        prompts.of(GroupValues.text(first, ShownRows.VARIANT)),
        Optional.empty());
  }

  private static boolean hasFailed(Group row) {
    return GroupValues.text(row, "status").equals(Optional.of(FAILED));
  }
}
