package io.turnmill.job.write;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The checks of an {@link OutputFolder} before a run; each throws {@link SetupException}. */
public final class OutputChecks {
  private final FileSystem files;
  private final OutputFolder folder;
  private final Retry retry;
  private final Path root;

  OutputChecks(FileSystem files, OutputFolder folder, Retry retry) {
    this.files = files;
    this.folder = folder;
    this.retry = retry;
    this.root = folder.root();
  }

  /**
   * Refuses a folder that holds anything else than results of Turnmill.
   *
   * @param overwrite whether the user allows to write beside other files
   */
  public void holdsOursAlone(boolean overwrite) {
    try {
      retry.run("reading " + root, () -> look(overwrite));
    } catch (IOException | IllegalArgumentException e) { // HDFS throws this for names with a colon
      throw new SetupException("output.path: cannot read " + root + ": " + e.getMessage());
    }
  }

  private void look(boolean overwrite) throws IOException {
    if (!files.exists(root)) {
      return;
    }
    if (!files.getFileStatus(root).isDirectory()) {
      throw new SetupException("output.path: " + root + " is a file, not a folder.");
    }
    if (folder.previous().isPresent()) {
      return;
    }
    if (folder.hasTables()) {
      throw new SetupException(
          "output.path: "
              + root
              + " holds tables such as results/ or rejected/ without Turnmill's manifest. They are not touched;"
              + " choose another folder.");
    }
    if (!overwrite && files.listStatus(root, file -> !isOurs(file)).length > 0) {
      throw new SetupException(
          "output.path: "
              + root
              + " is not empty and holds no Turnmill results. Choose another folder, or add"
              + " --overwrite to write beside what is there.");
    }
  }

  private static boolean isOurs(Path file) {
    return file.getName().equals(OutputFolder.OURS);
  }

  /** Refuses a folder in which no run has written results. */
  public void hasResults() throws IOException {
    if (!retry.call("reading " + root, () -> files.exists(folder.results()))) {
      throw new SetupException("There are no results of a run in " + root + ".");
    }
  }

  /**
   * Refuses input files in the folders that this run writes, because they would be removed before
   * they are read.
   *
   * @param inputs addresses of the input's files, with their file systems
   */
  public void liesApartFrom(List<String> inputs) {
    String inside = root + "/";
    for (String input : inputs) {
      Path file = new Path(input).makeQualified(root.toUri(), root);
      if (file.toString().startsWith(inside)) {
        throw new SetupException(
            "output.path: the input file " + input + " lies in the output folder " + root + ".");
      }
    }
  }

  /**
   * Checks that the folder can be written, by making a file as the ledger's are made, and removing
   * it with all folders that were made for it.
   *
   * @throws SetupException when it cannot
   */
  public void isWritable() {
    try {
      retry.run("writing to " + root, this::probe);
    } catch (IOException | FSError e) {
      throw new SetupException("output.path: cannot write to " + root + ": " + e.getMessage());
    }
  }

  private void probe() throws IOException {
    Path probe = new Path(root, OutputFolder.OURS + "/probe-" + UUID.randomUUID());
    Path made = probe;
    while (made.getParent() != null && !files.exists(made.getParent())) {
      made = made.getParent();
    }
    try {
      AtomicCreate.create(files, probe, new byte[1]);
    } finally {
      removeEmpty(probe, made);
    }
  }

  /** Removes a file and the folders above it, up to one of them, as long as they are empty. */
  private void removeEmpty(Path file, Path last) throws IOException {
    files.delete(file, false);
    for (Path folder = file; !folder.equals(last); ) {
      folder = folder.getParent();
      if (files.exists(folder) && files.listStatus(folder).length > 0) {
        return;
      }
      files.delete(folder, false);
    }
  }
}
