package io.turnmill.job.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** The version of this build, from a resource that the build fills in. */
public final class Version {
  private Version() {}

  /** This build's own version. */
  public static String number() {
    return build().getProperty("version");
  }

  private static Properties build() {
    Properties build = new Properties();
    try (InputStream resource =
        Version.class.getResourceAsStream("/io/turnmill/job/build.properties")) {
      build.load(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build;
  }

  /** Turnmill's version, and the versions of Spark, Scala and Java that go with it. */
  public static List<String> lines() {
    Properties build = build();
    return List.of(
        "turnmill " + build.getProperty("version"),
        "built for Spark "
            + build.getProperty("spark.version")
            + " (Scala "
            + build.getProperty("scala.version")
            + "), running on Java "
            + Runtime.version());
  }
}
