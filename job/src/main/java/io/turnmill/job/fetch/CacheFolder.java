package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The folder of a cache. It must belong to the user, and no other user may write to it, because one
 * who can write there can choose which model answers.
 */
final class CacheFolder {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private CacheFolder() {}

  /**
   * Returns the folder, which is made if it is not there.
   *
   * @param directory the folder as in the settings; empty for the default
   * @throws SetupException when it belongs to another user, or others may write to it
   */
  static Path of(String directory) {
    try {
      if (!directory.isEmpty()) {
        return secured(Path.of(directory).toAbsolutePath());
      }
      Path byDefault = byDefault(System.getProperty("user.name", ""));
      secured(byDefault.getParent());
      return secured(byDefault);
    } catch (IOException e) {
      throw new SetupException(
          "model.cache_path: cannot make a folder there: %s: %s"
              .formatted(e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /**
   * One folder for all processes of a user on a host. Java's temporary folder cannot be used,
   * because cluster managers give each container one of its own.
   */
  static Path byDefault(String user) {
    Path temporary =
        File.separatorChar == '/' ? Path.of("/tmp") : Path.of(System.getProperty("java.io.tmpdir"));
    return temporary
        .resolve("turnmill-" + user.replaceAll("[^A-Za-z0-9_-]", "_"))
        .resolve("models");
  }

  static Path secured(Path folder) throws IOException {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      create(folder, posix);
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new SetupException(
          "model.cache_path: " + folder + " is not a folder, or is a link to one.");
    }
    if (posix) {
      checkOwn(folder);
    }
    return folder;
  }

  private static void create(Path folder, boolean posix) throws IOException {
    if (folder.getParent() != null) {
      Files.createDirectories(folder.getParent());
    }
    try {
      if (posix) {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
      } else {
        Files.createDirectory(folder);
      }
    } catch (java.nio.file.FileAlreadyExistsException e) {
      FolderFetch.LOG.debug("Another process made {} at the same time.", folder);
    }
  }

  /** Compares with the owner of a new file, because systems name users in different ways. */
  private static void checkOwn(Path folder) throws IOException {
    Set<PosixFilePermission> allowed =
        Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    if (allowed.contains(PosixFilePermission.OTHERS_WRITE)
        || allowed.contains(PosixFilePermission.GROUP_WRITE)) {
      throw new SetupException(
          "model.cache_path: %s can be written by others (%s). Make it your own: chmod 700."
              .formatted(folder, PosixFilePermissions.toString(allowed)));
    }
    Path probe;
    try {
      probe = Files.createTempFile(folder, ".owner", "");
    } catch (java.nio.file.AccessDeniedException e) {
      throw foreign(folder);
    }
    try {
      if (!owner(folder).equals(owner(probe))) {
        throw foreign(folder);
      }
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static String owner(Path path) throws IOException {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .getOwner()
        .getName();
  }

  private static SetupException foreign(Path folder) {
    return new SetupException(
        "model.cache_path: "
            + folder
            + " belongs to another user, who could change the model. Choose a folder of your own.");
  }
}
