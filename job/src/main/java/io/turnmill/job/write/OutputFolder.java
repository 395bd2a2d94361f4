package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * Where a run writes, on any Hadoop file system.
 *
 * <pre>
 *   OUT/results/bucket=N/part-*.parquet   one row for each session that was asked
 *   OUT/rejected/part-*.parquet           one row for each record, message or session that was not
 *   OUT/_turnmill/run.json                the manifest; its state is "complete" only at the very end
 *   OUT/_turnmill/work/                   staged and inferred data while the run is under way
 * </pre>
 */
public final class OutputFolder {
  private static final String OURS = "_turnmill";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem files;
  private final Path root;

  private OutputFolder(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * Opens the folder without changing it.
   *
   * @throws SetupException when its file system is not to be reached
   */
  public static OutputFolder open(String path, Configuration hadoop) {
    try {
      Path root = new Path(path);
      FileSystem files = root.getFileSystem(hadoop);
      return new OutputFolder(files, files.makeQualified(root));
    } catch (IOException | IllegalArgumentException e) {
      throw new SetupException("output.path: cannot open " + path + ": " + e.getMessage());
    }
  }

  /**
   * Refuses a folder that holds something else: another run's results, or files that are not ours.
   *
   * @param identity of this run
   * @param overwrite the user allows to replace another run's results
   */
  public void check(String identity, boolean overwrite) {
    try {
      if (!files.exists(root)) {
        return;
      }
      if (!files.getFileStatus(root).isDirectory()) {
        throw new SetupException("output.path: " + root + " is a file, not a folder.");
      }
      if (files.exists(manifest())) {
        checkOther(identity, overwrite);
      } else if (files.exists(results()) || files.exists(rejected())) {
        throw new SetupException(
            "output.path: "
                + root
                + " holds results/ or rejected/ without Turnmill's manifest. They are not touched;"
                + " choose another folder.");
      } else if (!overwrite && files.listStatus(root, file -> !isOurs(file)).length > 0) {
        throw new SetupException(
            "output.path: "
                + root
                + " is not empty and holds no Turnmill results. Choose another folder, or add"
                + " --overwrite to write beside what is there.");
      }
    } catch (IOException e) {
      throw new SetupException("output.path: cannot read " + root + ": " + e.getMessage());
    }
  }

  private void checkOther(String identity, boolean overwrite) throws IOException {
    if (!overwrite && !readManifest().path("identity").asText().equals(identity)) {
      throw new SetupException(
          "output.path: "
              + root
              + " holds the results of another run (other settings, input or model). Choose"
              + " another folder, or add --overwrite to replace them.");
    }
  }

  private static boolean isOurs(Path file) {
    return file.getName().equals(OURS);
  }

  /**
   * Refuses input files that lie where this run writes: they would be gone before they are read.
   *
   * @param inputs addresses of the input's files, with their file systems
   */
  public void checkApartFrom(List<String> inputs) {
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
   * Proves that the folder can be written, by a file that is made and removed with all folders that
   * were made for it.
   *
   * @throws SetupException when it cannot
   */
  public void checkWritable() {
    Path probe = new Path(root, OURS + "/probe-" + UUID.randomUUID());
    try {
      Path made = probe;
      while (made.getParent() != null && !files.exists(made.getParent())) {
        made = made.getParent();
      }
      try (FSDataOutputStream out = files.create(probe, false)) {
        out.write(0);
      } finally {
        files.delete(made, true);
      }
    } catch (IOException e) {
      throw new SetupException("output.path: cannot write to " + root + ": " + e.getMessage());
    }
  }

  /**
   * Removes what an earlier run of ours left here; other files stay. The manifest stays, so that
   * the folder is known as ours at every moment.
   */
  public void clear() throws IOException {
    for (Path ours : new Path[] {results(), rejected(), work()}) {
      files.delete(ours, true);
    }
    files.mkdirs(work());
  }

  /** Removes staged and intermediate data. */
  public void removeWork() throws IOException {
    files.delete(work(), true);
  }

  public Path root() {
    return root;
  }

  public Path results() {
    return new Path(root, "results");
  }

  public Path rejected() {
    return new Path(root, "rejected");
  }

  public Path work() {
    return new Path(root, OURS + "/work");
  }

  public Path manifest() {
    return new Path(root, OURS + "/run.json");
  }

  /** Replaces the manifest; readers see the old one or the new one. */
  public void write(RunManifest manifest) throws IOException {
    Path next = new Path(root, OURS + "/run.json.next");
    try (FSDataOutputStream out = files.create(next, true)) {
      out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest.json()));
      out.write("\n".getBytes(StandardCharsets.UTF_8));
    }
    FileContext.getFileContext(root.toUri(), files.getConf())
        .rename(next, manifest(), Options.Rename.OVERWRITE);
  }

  private JsonNode readManifest() throws IOException {
    try (InputStream in = files.open(manifest())) {
      return JSON.readTree(in);
    }
  }
}
