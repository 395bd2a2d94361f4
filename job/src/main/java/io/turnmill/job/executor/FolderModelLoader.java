package io.turnmill.job.executor;

import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.time.Duration;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a Hugging Face folder that lies at the same path on every executor.
 *
 * @param options how; threads left open become the cores that Spark gives to an executor, and the
 *     device the GPU that it gives to the task
 */
public record FolderModelLoader(RuntimeOptions options) implements ModelLoader {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(FolderModelLoader.class);

  @Override
  public String identity() {
    return here().toString();
  }

  @Override
  public String engineIdentity() {
    return here().engine();
  }

  @Override
  public ModelRuntime sharing(ModelRuntime loaded) {
    return loaded.sharing(here());
  }

  @Override
  public ModelRuntime load() {
    RuntimeOptions here = here();
    ModelRuntime runtime = ModelRuntime.load(here.withThreads(threads()));
    LOG.info("The model runs on {}: {}.", here.model().device(), runtime.sizes());
    return runtime;
  }

  @Override
  public Duration keepAlive() {
    return Duration.ofSeconds(options.budgets().tuning().keepAliveSeconds());
  }

  /** The options with the device of the task that asks. */
  private RuntimeOptions here() {
    return options.withDevice(AssignedDevice.of(options.model().device()));
  }

  private int threads() {
    return options.budgets().threads() > 0
        ? options.budgets().threads()
        : ExecutorCores.of(SparkEnv.get().conf(), Runtime.getRuntime().availableProcessors());
  }
}
