package io.turnmill.job.infer;

import io.turnmill.runtime.ModelRuntime;
import java.io.Serializable;

/** Loads a model on an executor. Travels with the tasks. */
public interface ModelLoader extends Serializable {

  /** Equal for loaders that load the same model with the same settings. */
  String identity();

  ModelRuntime load();
}
