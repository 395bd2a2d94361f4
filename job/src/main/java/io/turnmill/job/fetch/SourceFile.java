package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import java.io.Serializable;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;

/**
 * A file of a model folder as the driver's listing showed it.
 *
 * @param path relative to the folder, parts separated by {@code /}; never leads out of the folder
 * @param sizeBytes its length in bytes
 * @param modifiedMillis the time of its last change
 * @param etag the tag that an object store gives to this state of the file, or an empty text
 */
record SourceFile(String path, long sizeBytes, long modifiedMillis, String etag)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws SetupException for a path that leads out of the folder, or that cannot be shown
   */
  SourceFile {
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new SetupException(
            "a file of the model folder is listed under a path that leads elsewhere; its store is"
                + " not to be trusted.");
      }
    }
    if (path.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\')) {
      throw new SetupException("a file of the model folder has a name with control characters.");
    }
  }

  static SourceFile of(String path, FileStatus status) {
    return new SourceFile(path, status.getLen(), status.getModificationTime(), etag(status));
  }

  /**
   * Whether the file has not changed since it was listed. If the store gives tags, they decide;
   * times are compared by the second, because some stores list finer times than they give for one
   * file.
   */
  boolean isStill(FileStatus status) {
    if (!status.isFile() || status.getLen() != sizeBytes) {
      return false;
    }
    String now = etag(status);
    return (etag.isEmpty() || now.isEmpty())
        ? modifiedMillis / 1000 == status.getModificationTime() / 1000
        : etag.equals(now);
  }

  private static String etag(FileStatus status) {
    String tag = status instanceof EtagSource source ? source.getEtag() : null;
    return tag == null ? "" : tag.replace("\"", "");
  }
}
