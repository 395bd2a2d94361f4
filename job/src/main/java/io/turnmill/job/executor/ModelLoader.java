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

  /** How long the model stays loaded when no task uses it; zero: it goes at once. */
  default Duration keepAlive() {
    return Duration.ofSeconds(RuntimeOptions.Tuning.DEFAULTS.keepAliveSeconds());
  }
}
