package io.turnmill.job.rows;

import io.turnmill.job.config.TaskConfig;

/** Finds the codec for the results of a task. */
public final class ResultCodecs {
  private ResultCodecs() {}

  public static ResultCodec<?> of(TaskConfig task) {
    return switch (task.kind()) {
      case REPLY -> new RepliesCodec(false);
      case REPLAY, ROLLOUT -> new RepliesCodec(true);
    };
  }
}
