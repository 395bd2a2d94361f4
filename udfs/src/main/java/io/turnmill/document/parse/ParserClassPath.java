package io.turnmill.document.parse;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class path of a process that parses: the parsers' jars, which lie as files beside this class,
 * and where this class itself is from. A JVM cannot read a jar within a jar, so where this class is
 * from a jar they are copied out of it first.
 */
final class ParserClassPath {
  private static final String JARS = "io/turnmill/document/parse/jars/";

  private ParserClassPath() {}

  /**
   * The class path, as {@code -cp} takes it.
   *
   * @param folder a folder that is there, for the parsers' jars
   */
  static String in(Path folder) throws IOException {
    Path here = here();
    Path jars = Files.isDirectory(here) ? here.resolve(JARS) : copied(here, folder);
    try (Stream<Path> files = Files.list(jars)) {
      List<String> paths = files.map(Path::toString).sorted().collect(Collectors.toList());
      paths.add(here.toString());
      return String.join(File.pathSeparator, paths);
    }
  }

  private static Path here() throws IOException {
    CodeSource source = ParserClassPath.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new IOException("It is not known which jar Turnmill's classes are from.");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IOException(
          "Turnmill's classes are not from a file, but from " + source.getLocation() + ".", e);
    }
  }

  private static Path copied(Path jar, Path folder) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Enumeration<JarEntry> entries = file.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().startsWith(JARS) && entry.getName().endsWith(".jar")) {
          try (InputStream in = file.getInputStream(entry)) {
            Files.copy(in, folder.resolve(entry.getName().substring(JARS.length())));
          }
        }
      }
    }
    return folder;
  }
}
