package io.turnmill.job.executor;

import io.turnmill.runtime.RuntimeOptions;
import java.io.Serializable;

/** Says where the folders of a model lie on the host of an executor. Travels with the tasks. */
@FunctionalInterface
public interface ModelLocator extends Serializable {
  /** The same options, with folders that lie on this host; may take as long as fetching does. */
  RuntimeOptions onThisHost(RuntimeOptions options);
}
