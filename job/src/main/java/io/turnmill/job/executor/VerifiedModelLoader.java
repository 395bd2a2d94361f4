package io.turnmill.job.executor;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.model.ModelException;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.time.Duration;
import java.util.function.Function;
import org.apache.spark.SparkEnv;

/**
 * Loads a model after its folders have been put on the host of this executor, and makes sure that
 * it is the model which the driver checked: a folder may lie at the same path on every node and be
 * another one.
 *
 * @param options with the folders as the user named them
 * @param placement puts them on this host
 * @param fingerprint of the model that the driver checked
 * @param loaders makes what loads from local folders
 */
public record VerifiedModelLoader(
    RuntimeOptions options, ModelLocator placement, String fingerprint, ModelLoaderFactory loaders)
    implements ModelLoader {
  private static final long serialVersionUID = 1L;

  @Override
  public String identity() {
    return fingerprint + " " + loaders.of(options).identity();
  }

  @Override
  public String engineIdentity() {
    return fingerprint + " " + loaders.of(options).engineIdentity();
  }

  @Override
  public ModelRuntime sharing(ModelRuntime loaded) {
    return made(here -> loaders.of(here).sharing(loaded));
  }

  /**
   * @throws ModelException when the folder cannot be used on this host, or is not the driver's
   * @throws SetupException when the folder cannot be fetched; both name the host, unless it is the
   *     driver's own
   */
  @Override
  public ModelRuntime load() {
    return made(here -> loaders.of(here).load());
  }

  private ModelRuntime made(Function<RuntimeOptions, ModelRuntime> making) {
    RuntimeOptions here = options;
    try {
      here = placement.onThisHost(options);
      ModelRuntime runtime = making.apply(here);
      if (!runtime.fingerprint().equals(fingerprint)) {
        String found = runtime.fingerprint();
        runtime.close();
        throw new ModelException(
            "%s: is not the model that the driver checked: fingerprint %s here, %s there. Put the same folder on every node, or name one on a shared file system."
                .formatted(here.model().folder(), found, fingerprint));
      }
      return runtime;
    } catch (ModelException e) {
      String named =
          named(
              named(e.getMessage(), here.model().folder(), options.model().folder()),
              here.model().adapter(),
              options.model().adapter());
      throw new ModelException(onHost() + FileSystems.shown(named));
    } catch (SetupException e) {
      throw new SetupException(onHost() + e.getMessage(), e);
    }
  }

  @Override
  public Duration keepAlive() {
    return Duration.ofSeconds(options.budgets().tuning().keepAliveSeconds());
  }

  /** A message with a folder's name as the user wrote it. */
  private static String named(String message, String here, String there) {
    return here.isEmpty() ? message : message.replace(here, there);
  }

  private static String onHost() {
    return ExecutorProcess.isDriver()
        ? ""
        : "on " + SparkEnv.get().blockManager().blockManagerId().host() + ": ";
  }

  /** Leaves out addresses, which may hold passwords, and prompts. */
  @Override
  public String toString() {
    return "VerifiedModelLoader[" + fingerprint + "]";
  }
}
