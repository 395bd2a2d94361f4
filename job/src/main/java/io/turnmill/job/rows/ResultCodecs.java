package io.turnmill.job.rows;

import io.turnmill.job.config.TaskConfig;

/** Which codec the results of a task have. */
public final class ResultCodecs {
  private ResultCodecs() {}

  public static ResultCodec<?> of(TaskConfig task) {
    return switch (task.kind()) {
      case REPLY -> new RepliesCodec(false);
      case REPLAY -> new RepliesCodec(true);
    };
  }
}
