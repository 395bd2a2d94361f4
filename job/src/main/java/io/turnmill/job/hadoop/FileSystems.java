package io.turnmill.job.hadoop;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;

/** Opens file systems, and says which jar brings one that is not there. */
public final class FileSystems {
  private static final Pattern USER = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");

  /** Artifacts by scheme, as far as they are Hadoop's own. */
  private static final Map<String, String> ARTIFACTS =
      Map.of(
          "s3a", "hadoop-aws",
          "abfs", "hadoop-azure",
          "abfss", "hadoop-azure",
          "wasb", "hadoop-azure",
          "wasbs", "hadoop-azure",
          "oss", "hadoop-aliyun",
          "obs", "hadoop-huaweicloud",
          "cosn", "hadoop-cos");

  private static final Set<String> OBJECT_STORES =
      Set.of("s3a", "s3", "s3n", "gs", "oss", "obs", "cosn", "wasb", "wasbs");

  /** A scheme and a path. A colon anywhere else is a character of a name. */
  private static final Pattern SCHEME =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*", Pattern.DOTALL);

  private FileSystems() {}

  /**
   * A path as people write it. Nothing is decoded, and a colon makes a scheme only where a slash
   * follows: {@code chats_10:00.jsonl} is a name, {@code s3a://bucket/10:00.jsonl} is not.
   *
   * @throws IllegalArgumentException when it is empty or its scheme or host cannot be one
   */
  public static Path path(String written) {
    boolean isName = written.indexOf(':') >= 0 && !SCHEME.matcher(written).matches();
    return isName ? new Path(null, null, written) : new Path(written);
  }

  /**
   * Something in a folder, whatever its name is: Hadoop takes what precedes a colon for a scheme.
   */
  public static Path child(Path folder, String name) {
    return new Path(folder, new Path(null, null, name));
  }

  /**
   * The file system that can read a file of this name. Hadoop looks for the checksums of a local
   * file under a name that it cannot make a path of where there is a colon; such a file is read
   * without checksums.
   */
  public static FileSystem forReading(Path file, Configuration conf) throws IOException {
    FileSystem files = file.getFileSystem(conf);
    return files instanceof ChecksumFileSystem checked && file.getName().indexOf(':') >= 0
        ? checked.getRawFileSystem()
        : files;
  }

  /**
   * The file system of a path: an instance of the caller's own, which the caller closes, so that
   * the settings are those given and not those of the first caller.
   *
   * @throws SetupException when no class on the class path serves the scheme
   * @throws IOException when it is not to be reached
   */
  public static FileSystem open(Path path, Configuration conf) throws IOException {
    URI uri = path.toUri();
    try {
      return FileSystem.newInstance(uri, conf);
    } catch (UnsupportedFileSystemException e) {
      throw new SetupException(missing(path), e);
    } catch (RuntimeException | LinkageError e) {
      // Hadoop has the class names of file systems that it does not bring along.
      if (isMissingClass(e)) {
        throw new SetupException(missing(path), e);
      }
      throw e;
    }
  }

  /** Whether a file is shown when it is closed, as a whole, and is renamed by copying it. */
  public static boolean isObjectStore(FileSystem files) {
    return OBJECT_STORES.contains(files.getUri().getScheme());
  }

  /** The file system that others only filter or check what passes. */
  public static FileSystem innermost(FileSystem files) {
    return files instanceof FilterFileSystem filter ? innermost(filter.getRawFileSystem()) : files;
  }

  /**
   * The same file system without the checksum files that Hadoop keeps beside local ones: each is a
   * second file, which appears, moves and goes at another moment than the first.
   */
  public static FileSystem withoutChecksums(FileSystem files) {
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }

  /** The same text with user and password masked in every URI. */
  public static String shown(String text) {
    return USER.matcher(text).replaceAll("***");
  }

  private static String missing(Path path) {
    String scheme = String.valueOf(path.toUri().getScheme());
    String artifact = ARTIFACTS.get(scheme);
    String what =
        switch (scheme) {
          case "s3", "s3n" -> "Write s3a: instead.";
          case "gs" -> "Add Google's gcs-connector for Hadoop 3 (--jars).";
          default ->
              artifact == null
                  ? "Check how the path is written, or add the jar of that file system (--jars)."
                  : "Add org.apache.hadoop:%s:%s (--packages, or --jars with what it needs)."
                      .formatted(artifact, VersionInfo.getVersion());
        };
    return "%s: nothing on the class path serves %s: paths. %s"
        .formatted(shown(path.toString()), scheme, what);
  }

  private static boolean isMissingClass(Throwable failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 20; t = t.getCause(), depth++) {
      if (t instanceof ClassNotFoundException || t instanceof NoClassDefFoundError) {
        return true;
      }
    }
    return false;
  }
}
