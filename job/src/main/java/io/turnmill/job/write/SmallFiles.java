package io.turnmill.job.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Small JSON files that are replaced as a whole: readers see the old one or the new one. In an
 * object store, an object appears when it is closed, and renaming means copying, so the file is
 * written at its place. In other file systems it is written beside its place and renamed; if a
 * process ends between the two, the new file is found beside the place. What a store cannot do at
 * the moment is tried again.
 */
final class SmallFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
  private static final String BESIDE = ".next";

  /** The most attempts to read a file that is replaced again and again meanwhile. */
  private static final int MOST_TRIES = 10;

  private final FileSystem files;
  private final Retry retry;

  /** Retries as long as a run under way should. */
  SmallFiles(FileSystem files) {
    this(files, Retry.of(Retry.Times.UNDER_WAY));
  }

  SmallFiles(FileSystem files, Retry retry) {
    this.files = FileSystems.withoutChecksums(files);
    this.retry = retry;
  }

  void replace(Path path, Object content) throws IOException {
    byte[] json = bytes(content);
    retry.run("writing " + path, () -> replaceOnce(path, json));
  }

  private void replaceOnce(Path path, byte[] json) throws IOException {
    if (FileSystems.isObjectStore(files)) {
      write(path, json);
      return;
    }
    Path next = path.suffix(BESIDE);
    write(next, json);
    if (FileSystems.innermost(files) instanceof RawLocalFileSystem) {
      if (!files.rename(next, path)) {
        throw new IOException("cannot rename " + next + " to " + path);
      }
      return;
    }
    FileContext.getFileContext(path.toUri(), files.getConf())
        .rename(next, path, Options.Rename.OVERWRITE);
  }

  private void write(Path path, byte[] json) throws IOException {
    try (FSDataOutputStream out = files.create(path, true)) {
      out.write(json);
    }
  }

  /** The content of such a file. */
  static byte[] bytes(Object content) throws IOException {
    byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  /** Removes a file, and one beside it that was not renamed. */
  void remove(Path path) throws IOException {
    retry.run(
        "removing " + path,
        () -> {
          if (!FileSystems.isObjectStore(files)) {
            files.delete(path.suffix(BESIDE), false);
          }
          files.delete(path, false);
        });
  }

  /** The content of a file; empty if it is not there, or was not written to its end. */
  Optional<JsonNode> read(Path path) throws IOException {
    return retry.call("reading " + path, () -> readOnce(path));
  }

  private Optional<JsonNode> readOnce(Path path) throws IOException {
    Optional<JsonNode> found = readAt(path);
    return found.isPresent() ? found : readAt(path.suffix(BESIDE));
  }

  private Optional<JsonNode> readAt(Path path) throws IOException {
    for (int tries = 1; ; tries++) {
      try (InputStream in = files.open(path)) {
        JsonNode json = JSON.readTree(in);
        return json == null || !json.isObject() ? Optional.empty() : Optional.of(json);
      } catch (FileNotFoundException | JsonProcessingException e) {
        return Optional.empty();
      } catch (IOException e) {
        if (!isReplaced(e) || tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * Whether the object was replaced after it was opened: S3A throws rather than mix the two, and so
   * does S3 itself, by its status 412, if it is asked for the rest of an object that is gone. The
   * exceptions are compared by name, because a build without S3A does not have them.
   */
  private static boolean isReplaced(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String kind = cause.getClass().getSimpleName();
      if (kind.equals("RemoteFileChangedException")
          || (kind.equals("S3Exception")
              && String.valueOf(cause.getMessage()).contains("Status Code: 412"))) {
        return true;
      }
    }
    return false;
  }

  static JsonNode json(Object content) {
    return JSON.valueToTree(content);
  }

  static <T> Optional<T> value(JsonNode json, Class<T> type) {
    try {
      return Optional.of(JSON.treeToValue(json, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
