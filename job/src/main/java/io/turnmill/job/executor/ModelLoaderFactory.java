package io.turnmill.job.executor;

import io.turnmill.runtime.RuntimeOptions;
import java.io.Serializable;

/** Makes loaders on executors. Travels with the tasks. */
@FunctionalInterface
public interface ModelLoaderFactory extends Serializable {
  ModelLoader of(RuntimeOptions options);
}
