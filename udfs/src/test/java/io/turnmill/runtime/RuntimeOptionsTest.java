package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.SamplingParams;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskOptions.Choice;
import io.turnmill.task.TaskOptions.Normalize;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.Unit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which options can share one engine. */
class RuntimeOptionsTest {

  private static RuntimeOptions options(TaskOptions task, int maxTokens) {
    RuntimeOptions open =
        RuntimeOptions.of(RuntimeOptions.Model.of("m"), SamplingParams.greedy(maxTokens));
    return new RuntimeOptions(
        open.model(), open.budgets(), open.prompts(), open.sampling(), false, List.of(), 0, task);
  }

  private static TaskOptions classify(String question, Map<String, String> descriptions) {
    return new TaskOptions.Classify(
        Unit.SESSION,
        List.of("a", "b"),
        descriptions,
        question,
        "",
        "",
        new Choice(false, 0.5, 0, 0),
        TooLong.CHUNK);
  }

  private static TaskOptions embed(String pooling, Normalize normalize, int dimensions) {
    return new TaskOptions.Embed(
        Unit.SESSION, "", pooling, normalize, dimensions, VectorType.FLOAT32, TooLong.CHUNK);
  }

  @Test
  void questionsAndDescriptionsShareAnEngine() {
    String engine = options(classify("What?", Map.of()), 1).engine();
    assertThat(options(classify("Which?", Map.of("a", "first")), 7).engine()).isEqualTo(engine);
  }

  @Test
  void theLongestReplyIsPartOfItWhereOneIsWritten() {
    TaskOptions reply = new TaskOptions.Reply(TaskKind.REPLY);
    assertThat(options(reply, 8).engine()).isNotEqualTo(options(reply, 9).engine());
    assertThat(options(reply, 8).replyTokens()).isEqualTo(8);
    TaskOptions score = new TaskOptions.Score(List.of(), false);
    assertThat(options(score, 8).engine()).isEqualTo(options(score, 9).engine());
    assertThat(options(score, 8).replyTokens()).isZero();
  }

  @Test
  void howVectorsAreMadeIsPartOfItAndHowTheyAreStoredIsNot() {
    String engine = options(embed("mean", Normalize.YES, 0), 1).engine();
    assertThat(options(embed("mean", Normalize.MODEL, 64), 1).engine()).isEqualTo(engine);
    assertThat(options(embed("cls", Normalize.YES, 0), 1).engine()).isNotEqualTo(engine);
    assertThat(options(embed("mean", Normalize.NO, 0), 1).engine()).isNotEqualTo(engine);
  }
}
