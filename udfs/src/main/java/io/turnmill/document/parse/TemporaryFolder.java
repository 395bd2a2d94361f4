package io.turnmill.document.parse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders that are removed when they have served. */
public final class TemporaryFolder {
  private TemporaryFolder() {}

  /** Removes a folder and all in it, as far as that can be; the machine removes what is left. */
  public static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // It is not there, or somebody else removes it.
      return;
    }
  }
}
