package io.turnmill.job.executor;

import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.io.Serializable;
import java.time.Duration;

/** Loads a model on an executor. Travels with the tasks. */
public interface ModelLoader extends Serializable {

  /** Equal for loaders that load the same model with the same settings. */
  String identity();

  ModelRuntime load();

  /**
   * Equal for loaders whose models can share one engine: then the first one that is asked loads it,
   * and the others ask it by {@link #sharing}.
   */
  default String engineIdentity() {
    return identity();
  }

  /**
   * The model of this loader on the engine of another one.
   *
   * @param loaded what a loader of the same {@link #engineIdentity} loaded
   */
  default ModelRuntime sharing(ModelRuntime loaded) {
    throw new IllegalStateException("This loader shares no engine. This is a bug.");
  }

  /**
   * Whether models that no task holds are closed before this one is loaded: there may be no memory
   * for both.
   */
  default boolean replacesIdle() {
    return false;
  }

  /** How long the model stays loaded when no task uses it; zero: it goes at once. */
  default Duration keepAlive() {
    return Duration.ofSeconds(RuntimeOptions.Tuning.DEFAULTS.keepAliveSeconds());
  }
}
