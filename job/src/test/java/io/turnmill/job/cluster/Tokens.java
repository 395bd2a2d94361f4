package io.turnmill.job.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tokens that executors computed, as each of them said at once: a killed one has said it, too.
 *
 * @param log all of them write there
 */
record Tokens(Path log) {
  private static final Pattern COMPUTED = Pattern.compile("(\\d+) tokens were computed");

  /** Options of spark-submit that make executors write to the log. */
  List<String> options() throws IOException {
    Path settings = log.resolveSibling(log.getFileName() + ".properties");
    Files.writeString(
        settings,
        """
        appender.tokens.type = File
        appender.tokens.name = tokens
        appender.tokens.fileName = %s
        appender.tokens.append = true
        appender.tokens.layout.type = PatternLayout
        appender.tokens.layout.pattern = %%m%%n
        appender.console.type = Console
        appender.console.name = console
        appender.console.target = SYSTEM_ERR
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %%p %%c{1}: %%m%%n
        rootLogger.level = warn
        rootLogger.appenderRef.console.ref = console
        logger.tally.name = io.turnmill.job.infer.Tally
        logger.tally.level = debug
        logger.tally.additivity = false
        logger.tally.appenderRef.tokens.ref = tokens
        """
            .formatted(log));
    String flags = SparkHome.SMALL + " -Dlog4j2.configurationFile=" + settings.toUri();
    return List.of("--conf", "spark.executor.extraJavaOptions=" + flags);
  }

  /** All tokens that were computed. */
  long sum() throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(COMPUTED::matcher)
          .filter(Matcher::find)
          .mapToLong(m -> Long.parseLong(m.group(1)))
          .sum();
    }
  }
}
