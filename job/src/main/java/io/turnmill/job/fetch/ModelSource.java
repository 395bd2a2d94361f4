package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.config.Sha256;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.model.FolderFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A model folder that is not on a local disk, as the driver listed it. It is sent to the executors,
 * which fetch exactly these files in exactly this state, or fail.
 *
 * @param uri the address of the folder, as the user wrote it
 * @param files the files that are read, in the order of their paths
 * @param namedOnly files that are not read, but whose presence explains what is missing
 */
public record ModelSource(String uri, List<SourceFile> files, List<String> namedOnly)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A scheme and a path; a single letter before the colon is a drive. */
  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  /**
   * A password is not part of a folder's address, but the user name before it is, in some stores.
   */
  private static final Pattern PASSWORD = Pattern.compile("(?<=://[^/@:]{0,256}):[^/@]*@");

  /**
   * No model folder has this many files; the limit ends the listing of a data set named by mistake.
   */
  private static final int LIMIT_FILES = 10_000;

  public ModelSource {
    files = List.copyOf(files);
    namedOnly = List.copyOf(namedOnly);
  }

  /** Whether a path names a folder that has to be fetched; plain paths and {@code file:} do not. */
  public static boolean isRemote(String path) {
    return URI.matcher(path).matches() && !path.regionMatches(true, 0, "file:", 0, 5);
  }

  /**
   * Lists a folder: its own files, and those of the few folders in it that can matter.
   *
   * @throws SetupException when it is not there, is not a folder, or cannot be reached
   */
  public static ModelSource list(String uri, Configuration conf) {
    try {
      Path path = path(uri);
      try (FileSystem fs = FileSystems.open(path, conf)) {
        Path folder = fs.makeQualified(path);
        requireFolder(fs, folder, uri);
        Map<String, FileStatus> found = new TreeMap<>();
        for (FileStatus inside : add(fs, folder, folder, found)) {
          if (FolderFiles.isRead(inside.getPath().getName())) {
            add(fs, folder, inside.getPath(), found);
          }
        }
        SortedSet<String> needed = FolderFiles.needed(found.keySet());
        needed.remove(FolderFetch.RECORD); // a folder copied from a cache has one
        return new ModelSource(
            uri,
            needed.stream().map(name -> SourceFile.of(name, found.get(name))).toList(),
            List.copyOf(FolderFiles.namedOnly(found.keySet())));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new SetupException(
          FileSystems.shown("%s: cannot be read: %s".formatted(uri, firstLine(e))), e);
    }
  }

  static Path path(String uri) {
    Path path = FileSystems.path(uri);
    return path.toUri().getPath().isEmpty() ? new Path(path, "/") : path;
  }

  static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
    return message.isBlank() ? e.getClass().getSimpleName() : message;
  }

  private static void requireFolder(FileSystem fs, Path folder, String uri) throws IOException {
    try {
      if (!fs.getFileStatus(folder).isDirectory()) {
        throw new SetupException(FileSystems.shown(uri) + ": is a file, not a folder.");
      }
    } catch (FileNotFoundException e) {
      throw new SetupException(
          FileSystems.shown(uri)
              + ": no such folder. A model is a folder with config.json, model.safetensors and"
              + " tokenizer.json, as Hugging Face publishes it.",
          e);
    }
  }

  /** Adds the files of one folder, and returns the folders in it. */
  private static List<FileStatus> add(
      FileSystem fs, Path root, Path folder, Map<String, FileStatus> found) throws IOException {
    List<FileStatus> folders = new ArrayList<>();
    RemoteIterator<FileStatus> all = fs.listStatusIterator(folder);
    while (all.hasNext()) {
      FileStatus status = all.next();
      if (status.isDirectory()) {
        folders.add(status);
      } else if (status.isFile()) { // no links, because they may lead anywhere
        found.put(relative(root, status.getPath()), status);
      }
      if (found.size() + folders.size() > LIMIT_FILES) {
        throw new SetupException(
            String.format(
                Locale.ROOT,
                "%s: holds more than %d files, so it cannot be a model folder.",
                FileSystems.shown(root.toString()),
                LIMIT_FILES));
      }
    }
    return folders;
  }

  private static String relative(Path root, Path file) {
    String folder = root.toUri().getPath();
    String prefix = folder.endsWith("/") ? folder : folder + "/";
    String path = file.toUri().getPath();
    if (!path.startsWith(prefix)) {
      throw new SetupException(
          FileSystems.shown(root.toString())
              + ": its listing names files that lie outside of it; its store is not to be trusted.");
    }
    return path.substring(prefix.length());
  }

  /** SHA-256, in hex, of the folder's address without passwords, and of the state of its files. */
  public String key() {
    List<String> parts =
        new ArrayList<>(List.of("model folder 1", PASSWORD.matcher(uri).replaceAll("@")));
    for (SourceFile file : files) {
      parts.add(file.path());
      parts.add(file.sizeBytes() + " " + file.modifiedMillis());
      parts.add(file.etag());
    }
    MessageDigest digest = Sha256.digest();
    for (String part : parts) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  public long sizeBytes() {
    return files.stream().mapToLong(SourceFile::sizeBytes).sum();
  }

  /**
   * Refuses a model that is larger than the limit of the cache, before anything is fetched.
   *
   * @param limitBytes the limit of the cache; 0 for none
   * @throws SetupException naming the setting and both sizes
   */
  public void checkFits(long limitBytes) {
    if (limitBytes > 0 && sizeBytes() > limitBytes) {
      throw new SetupException(
          String.format(
              Locale.ROOT,
              "%s has %d bytes, but model.cache_limit_bytes = %d. Raise it, or set 0 for no limit.",
              shown(),
              sizeBytes(),
              limitBytes));
    }
  }

  /** The address for people and logs, with user and password masked. */
  public String shown() {
    return FileSystems.shown(uri);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "ModelSource[%s, %d files, %d bytes]", shown(), files.size(), sizeBytes());
  }
}
