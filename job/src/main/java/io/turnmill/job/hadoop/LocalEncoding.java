package io.turnmill.job.hadoop;

import io.turnmill.job.config.SetupException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The encoding of arguments and of the names of local files. A JVM takes it from its locale, on
 * Unix and in every version of Java, and has no option for it: without UTF-8 there, a file whose
 * name is beyond it does not exist for the JVM, and characters of an argument are lost.
 */
public final class LocalEncoding {
  private LocalEncoding() {}

  /**
   * Checks the process that was started by a person.
   *
   * @throws SetupException when it is not UTF-8
   */
  public static void checkDriver() {
    check(
        here(),
        "file names and arguments would be garbled",
        "Set LC_ALL to a locale with UTF-8, such as C.UTF-8, and start again.");
  }

  /**
   * Checks a process that Spark started.
   *
   * @throws SetupException when it is not UTF-8
   */
  public static void checkExecutor() {
    check(
        here(),
        "an executor would garble file names",
        "Set spark.executorEnv.LC_ALL to a locale with UTF-8 that its host has; C.UTF-8 is taken"
            + " where nothing is set.");
  }

  static void check(String encoding, String consequence, String advice) {
    if (!isUtf8(encoding)) {
      throw new SetupException(
          "The locale's encoding is "
              + (encoding.isEmpty() ? "not known" : encoding)
              + ", not UTF-8: "
              + consequence
              + ". "
              + advice);
    }
  }

  private static boolean isUtf8(String encoding) {
    try {
      return Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) { // no name, or one of no character set
      return false;
    }
  }

  /** What the JVM found in its locale; nobody can set it. */
  private static String here() {
    return System.getProperty("sun.jnu.encoding", "");
  }
}
