package io.turnmill.document.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From within one jar, as on a cluster, the parsers' jars are found in it. */
@Tag("slow")
class JarClassPathTest {
  private static final Path CLASSES = Path.of("target", "classes");

  @TempDir Path folder;

  /** Parses a page of HTML; loaded by the class loader of the jar. */
  public static final class InJar implements Callable<String> {
    @Override
    public String call() throws Exception {
      try (DocumentParser parser = DocumentParser.start(ParseLimits.DEFAULT)) {
        List<ParseResult> results =
            parser.parse(
                "a.html",
                "a.html",
                () -> new ByteArrayInputStream("<h1>From a jar</h1>".getBytes(UTF_8)));
        return ((ParsedDocument) results.get(0)).text().text();
      }
    }
  }

  @Test
  void parsesFromWithinAJarOfAnotherClassLoader() throws Exception {
    Path jar = folder.resolve("job.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.setLevel(0);
      add(out, CLASSES, CLASSES.resolve("io/turnmill/document"));
      Path tests = Path.of("target", "test-classes");
      add(out, tests, tests.resolve("io/turnmill/document/parse"));
    }

    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      Object call = loader.loadClass(InJar.class.getName()).getConstructor().newInstance();
      assertThat(((Callable<?>) call).call()).isEqualTo("From a jar");
    }
  }

  private static void add(JarOutputStream out, Path root, Path folder) throws Exception {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(root.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
  }
}
