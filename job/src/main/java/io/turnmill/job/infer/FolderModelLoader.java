package io.turnmill.job.infer;

import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.util.Optional;
import org.apache.spark.SparkEnv;

/**
 * Loads a Hugging Face folder that lies at the same path on every executor.
 *
 * @param options how; threads left open become the cores that Spark gives to an executor, and the
 *     device the GPU that it gives to the task
 */
public record FolderModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  @Override
  public String identity() {
    return here().toString();
  }

  @Override
  public ModelRuntime load() {
    RuntimeOptions here = here();
    return ModelRuntime.load(executorCores().map(here::withThreads).orElse(here));
  }

  /** The options with the device of the task that asks. */
  private RuntimeOptions here() {
    return options.withDevice(AssignedDevice.of(options.model().device()));
  }

  /** Set on clusters; in local mode the machine's own cores are right. */
  private Optional<Integer> executorCores() {
    if (options.budgets().threads() > 0) {
      return Optional.empty();
    }
    return Optional.ofNullable(SparkEnv.get())
        .map(env -> env.conf().get("spark.executor.cores", ""))
        .filter(cores -> !cores.isEmpty())
        .map(Integer::parseInt);
  }
}
