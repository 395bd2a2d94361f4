package io.turnmill.job.models;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.fetch.ModelSource;
import io.turnmill.job.fetch.SparseModelFolder;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The folders of a run's model as the driver reads them: a local one as it is, any other one as an
 * outline without its weights, in a temporary folder that is deleted when this is closed.
 */
public final class ModelFolders implements AutoCloseable {
  private final Map<String, ModelSource> sources = new LinkedHashMap<>();
  private final Map<String, Path> outlines = new LinkedHashMap<>();

  private ModelFolders() {}

  /**
   * Lists what has to be fetched, and outlines it.
   *
   * @param setting that names the folder, for messages
   * @param limitBytes of the cache on each host; 0 for none
   * @param hadoop settings of file systems; asked for only when there is something to fetch
   * @throws SetupException when a folder cannot be read
   */
  public static ModelFolders open(
      String setting, RuntimeOptions options, long limitBytes, Supplier<Configuration> hadoop) {
    ModelFolders folders = new ModelFolders();
    boolean done = false;
    try {
      for (String named : List.of(options.model().folder(), options.model().adapter())) {
        if (ModelSource.isRemote(named) && !folders.sources.containsKey(named)) {
          folders.outline(named, limitBytes, hadoop.get());
        }
      }
      done = true;
      return folders;
    } catch (SetupException e) {
      throw new SetupException(setting + ": " + e.title(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!done) {
        folders.close();
      }
    }
  }

  private void outline(String named, long limitBytes, Configuration hadoop) throws IOException {
    ModelSource source = ModelSource.list(named, hadoop);
    source.checkFits(limitBytes);
    Path outline = Files.createTempDirectory("turnmill-outline-");
    sources.put(named, source);
    outlines.put(named, outline);
    SparseModelFolder.write(source, hadoop, outline);
  }

  /** The same options, with folders that can be opened here. */
  RuntimeOptions local(RuntimeOptions options) {
    return options.withFolders(
        named -> outlines.containsKey(named) ? outlines.get(named).toString() : named);
  }

  /** What executors have to fetch, by the name that it has in the options. */
  Map<String, ModelSource> sources() {
    return Collections.unmodifiableMap(sources);
  }

  /** A message about what lies here as one about what the user named. */
  String asNamed(String message) {
    String named = message;
    for (Map.Entry<String, Path> outline : outlines.entrySet()) {
      named = named.replace(outline.getValue().toString(), outline.getKey());
    }
    return FileSystems.shown(named);
  }

  /** Deletes the outlines. */
  @Override
  public void close() {
    for (Path outline : outlines.values()) {
      try (Stream<Path> files = Files.walk(outline)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    outlines.clear();
  }
}
