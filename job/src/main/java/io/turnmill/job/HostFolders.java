package io.turnmill.job;

import io.turnmill.job.config.ModelConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.fetch.HostCache;
import io.turnmill.job.fetch.ModelSource;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.PlacedLoader;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Puts a run's model folders on the host of an executor: fetched ones through the cache of the
 * host, local ones as they are. What was fetched stays in use until the process ends.
 *
 * @param sources folders to fetch, by the name that they have in the options
 */
record HostFolders(Map<String, ModelSource> sources, ModelConfig.Cache cache, HadoopConf hadoop)
    implements PlacedLoader.Placement {
  private static final long serialVersionUID = 1L;

  HostFolders {
    sources = Map.copyOf(sources);
    if (!cache.path().isEmpty()) {
      // Relative to where the job was started, not to where an executor runs.
      cache =
          new ModelConfig.Cache(
              Path.of(cache.path()).toAbsolutePath().toString(), cache.limitBytes());
    }
  }

  @Override
  public RuntimeOptions onThisHost(RuntimeOptions options) {
    return options.withFolders(this::local);
  }

  private String local(String named) {
    ModelSource source = sources.get(named);
    if (source == null) {
      return named;
    }
    try {
      return HostCache.open(cache.path(), cache.limitBytes())
          .fetch(source, hadoop.get())
          .path()
          .toString();
    } catch (InterruptedIOException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new SetupException(
          "model.cache_path: the cache of models fails: %s: %s"
              .formatted(e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /** Without addresses, which may hold passwords. */
  @Override
  public String toString() {
    return "HostFolders[" + sources.size() + " to fetch]";
  }
}
