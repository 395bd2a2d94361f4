package io.turnmill.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Published templates, tokenizers and conversations, which are not part of this repository. They
 * lie in {@code shared/data} beside the checkout, for example in continuous integration; a property
 * names another folder, and an empty one leaves the suites out that need it:
 *
 * <pre>{@code ./mvnw verify -Dturnmill.shared.data=/some/folder}</pre>
 */
public final class SharedData {
  /** The system property, of Maven or of the tests' JVM, that names the folder. */
  public static final String PROPERTY = "turnmill.shared.data";

  private SharedData() {}

  /**
   * Marks a Jupiter test or a whole test class that reads the folder. It is left out where the
   * folder is absent, and one line at the end of the module's tests names it. A file that is
   * missing from a folder that is there is a failure like any other.
   */
  @Target({ElementType.TYPE, ElementType.METHOD})
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(SharedDataCondition.class)
  public @interface Needed {}

  /** Whether the folder is there. */
  public static boolean isPresent() {
    return Files.isDirectory(path("golden"));
  }

  /** A path inside the folder, as {@code golden/jinja/fuzz.jsonl.gz}; whether it exists or not. */
  public static Path path(String inside) {
    return folder().resolve(inside);
  }

  /**
   * A path inside {@code trials}, which lies beside the folder: small inputs with their results.
   */
  public static Path trials(String inside) {
    return folder().resolveSibling("trials").resolve(inside);
  }

  static Path folder() {
    String named = System.getProperty(PROPERTY);
    return named == null || named.isBlank()
        ? checkout().resolveSibling("shared").resolve("data")
        : Path.of(named).toAbsolutePath();
  }

  /** The folder of the parent's {@code pom.xml}: tests run in the folder of their module. */
  private static Path checkout() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("mvnw"))) {
        return folder;
      }
    }
    throw new IllegalStateException("There is no mvnw in any folder above " + here);
  }
}
