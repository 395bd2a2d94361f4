package io.turnmill.job.write;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * A folder beside an output folder, for results that nobody keeps. It is removed when this is
 * closed, or when the process is told to end, with the folders above it that were not there before.
 */
public final class TrialFolder implements AutoCloseable {
  /** After Spark has stopped its jobs, and before Hadoop closes its file systems. */
  private static final int AFTER_SPARK = FileSystem.SHUTDOWN_HOOK_PRIORITY + 10;

  private final FileSystem files;
  private final Path root;
  private final List<Path> missing;
  private final Runnable hook = this::removeAtExit;

  private TrialFolder(FileSystem files, Path root, List<Path> missing) {
    this.files = files;
    this.root = root;
    this.missing = missing;
  }

  /**
   * Chooses the name of a folder that is not there, and makes nothing.
   *
   * @param output the output folder
   * @throws SetupException when nothing can lie beside it
   */
  public static TrialFolder beside(String output, Configuration hadoop) throws IOException {
    Path folder = OutputFolder.open(output, hadoop).root();
    Path parent = folder.getParent();
    if (parent == null) {
      throw new SetupException(
          "output.path: a trial writes into a folder beside the output folder, and nothing lies"
              + " beside "
              + output
              + "; name a folder below it.");
    }
    FileSystem files = folder.getFileSystem(hadoop);
    String random = UUID.randomUUID().toString().substring(0, 8);
    Path root = folder.suffix(".trial-" + random);
    List<Path> missing = new ArrayList<>();
    for (Path above = parent; above != null && !files.exists(above); above = above.getParent()) {
      missing.add(above);
    }
    TrialFolder trial = new TrialFolder(files, root, missing);
    ShutdownHookManager.get().addShutdownHook(trial.hook, AFTER_SPARK);
    return trial;
  }

  /** The folder, with its file system. */
  public String path() {
    return root.toString();
  }

  private void remove() throws IOException {
    files.delete(root, true);
    for (Path above : missing) {
      if (!files.exists(above) || files.listStatus(above).length > 0) {
        return;
      }
      files.delete(above, false);
    }
  }

  private void removeAtExit() {
    try {
      remove();
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + root, e); // Hadoop logs it
    }
  }

  /**
   * Removes the folder.
   *
   * @throws IOException when it cannot be removed
   */
  @Override
  public void close() throws IOException {
    if (ShutdownHookManager.get().isShutdownInProgress()) {
      return;
    }
    ShutdownHookManager.get().removeShutdownHook(hook);
    Retry.of(Retry.Times.AT_START).run("removing " + root, this::remove);
  }
}
