package io.turnmill.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, from a resource that the build fills in. */
final class Version implements IVersionProvider {

  /** This build's own version. */
  static String number() {
    return build().getProperty("version");
  }

  private static Properties build() {
    Properties build = new Properties();
    try (InputStream resource = Version.class.getResourceAsStream("build.properties")) {
      build.load(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build;
  }

  @Override
  public String[] getVersion() {
    Properties build = build();
    return new String[] {
      "turnmill " + build.getProperty("version"),
      "built for Spark "
          + build.getProperty("spark.version")
          + " (Scala "
          + build.getProperty("scala.version")
          + "), running on Java "
          + Runtime.version()
    };
  }
}
