package io.turnmill.job.rows;

import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;

/** Finds the codec for the results of a task. */
public final class ResultCodecs {
  private ResultCodecs() {}

  public static ResultCodec<?> of(TaskOptions task) {
    if (task instanceof TaskOptions.Classify) {
      return new ClassificationsCodec();
    }
    if (task instanceof TaskOptions.Embed embed) {
      return new EmbeddingsCodec(embed.type());
    }
    if (task instanceof TaskOptions.Score score) {
      return new ScoresCodec(score.logprobs());
    }
    return new RepliesCodec(((TaskOptions.Reply) task).kind() != TaskKind.REPLY);
  }
}
