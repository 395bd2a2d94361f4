package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.testing.ChunkedItemsForTests;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskResult;
import io.turnmill.task.WrittenText;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Chunks and what was answered about them are read back from their rows. */
class ChunkRowsTest {
  private static final TaskResult<Answers<WrittenText>> OK =
      new TaskResult.Ok<>(
          new Answers<>(
              List.of(new WrittenText("Forty.", Optional.empty(), "stop", 12, 4, 3, -0.25)),
              List.of()));

  private static ChunkedItem<Answers<WrittenText>> readBack(
      List<TaskResult<Answers<WrittenText>>> answers) {
    Row row = ChunkedItemsForTests.staged(new SummariesCodec(), answers);
    return ChunkRows.item(row, new SummariesCodec());
  }

  @Test
  void aChunkIsReadBackWithItsAnswerOrWithWhyItHasNone() {
    List<TaskResult<Answers<WrittenText>>> answers =
        List.of(
            OK,
            new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "tried alone"),
            new TaskResult.Rejected<>(RejectionCode.PROMPT_TOO_LONG, "900 tokens"));
    assertThat(readBack(answers).chunks()).extracting(ChunkAnswer::result).isEqualTo(answers);
  }

  @Test
  void chunksStandWhereTheyStoodInChars() {
    ChunkedItem<Answers<WrittenText>> item = readBack(List.of(OK, OK, OK));
    assertThat(item.id()).isEqualTo("house.txt");
    assertThat(item.fields()).containsEntry("title", "A house");
    assertThat(item.chunks())
        .extracting(of -> of.chunk().span())
        .isEqualTo(ChunkedItemsForTests.SPANS);
    assertThat(item.chunks()).extracting(of -> of.chunk().overlap()).containsExactly(0, 3, 0);
    assertThat(item.chunks())
        .allSatisfy(
            of -> assertThat(of.text()).isEqualTo(of.chunk().span().of(ChunkedItemsForTests.TEXT)));
  }
}
