package io.turnmill.job.executor;

import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultCodecs;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.task.TaskOptions;
import java.io.Serializable;

/**
 * Makes loaders on executors, and says what the results of the task are that their models are
 * asked. Travels with the tasks.
 */
@FunctionalInterface
public interface ModelLoaderFactory extends Serializable {
  ModelLoader of(RuntimeOptions options);

  /** Turns the results of the task that the settings ask for into rows. */
  default ResultCodec<?> codec(TaskOptions task) {
    return ResultCodecs.of(task);
  }
}
