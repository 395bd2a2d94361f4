package io.turnmill.job.executor;

import io.turnmill.job.config.ModelConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.fetch.HostCache;
import io.turnmill.job.fetch.ModelSource;
import io.turnmill.job.hadoop.HadoopConf;
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
 * @param startedIn the driver's working directory
 */
public record HostFolders(
    Map<String, ModelSource> sources, ModelConfig.Cache cache, HadoopConf hadoop, String startedIn)
    implements ModelLocator {
  private static final long serialVersionUID = 1L;

  public HostFolders {
    sources = Map.copyOf(sources);
  }

  /** Paths are relative to where the job was started, not to where an executor runs. */
  public HostFolders(Map<String, ModelSource> sources, ModelConfig.Cache cache, HadoopConf hadoop) {
    this(sources, cache, hadoop, Path.of("").toAbsolutePath().toString());
  }

  @Override
  public RuntimeOptions onThisHost(RuntimeOptions options) {
    return options.withFolders(this::local);
  }

  private String local(String named) {
    ModelSource source = sources.get(named);
    if (source == null) {
      return absolute(named);
    }
    try {
      String path = cache.path().isEmpty() ? "" : absolute(cache.path());
      return HostCache.open(path, cache.limitBytes()).fetch(source, hadoop.get()).path().toString();
    } catch (InterruptedIOException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new SetupException(
          "model.cache_path: the cache of models fails: %s: %s"
              .formatted(e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private String absolute(String path) {
    return Path.of(startedIn).resolve(path).toString();
  }

  /** Leaves out addresses, which may hold passwords. */
  @Override
  public String toString() {
    return "HostFolders[" + sources.size() + " to fetch]";
  }
}
