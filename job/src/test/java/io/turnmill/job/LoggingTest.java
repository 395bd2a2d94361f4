package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LoggingTest {

  private static String logged(Throwable thrown) throws Exception {
    ConfigurationSource bundled =
        ConfigurationSource.fromResource("log4j2.properties", LoggingTest.class.getClassLoader());
    LoggerContext context = new LoggerContext("another");
    Configuration logging = new PropertiesConfigurationFactory().getConfiguration(context, bundled);
    logging.initialize();
    Log4jLogEvent event =
        Log4jLogEvent.newBuilder()
            .setLoggerName("org.apache.spark.scheduler.TaskSetManager")
            .setLevel(Level.WARN)
            .setMessage(
                new SimpleMessage("Lost task: java.io.IOException: gone\n\tat a.B.c(B.java:1)"))
            .setThrown(thrown)
            .build();
    return ((AbstractStringLayout) logging.getAppender("console").getLayout())
        .toSerializable(event);
  }

  @Test
  void stackFramesAreLeftOutOnlyWhereTheDriverSaysSo() throws Exception {
    Throwable thrown = new IllegalStateException("first", new IOException("second"));
    assertThat(logged(thrown)).contains("\tat a.B.c").contains("\tat io.turnmill.job.LoggingTest");
    System.setProperty("turnmill.log.cut", Main.STACK_FRAMES);
    try {
      assertThat(logged(thrown).lines().toList())
          .hasSize(3)
          .satisfies(
              lines -> {
                assertThat(lines.get(0))
                    .matches("..:..:.. WARN  TaskSetManager: Lost task: java.io.IOException: gone");
                assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: first");
                assertThat(lines.get(2)).isEqualTo("Caused by: java.io.IOException: second");
              });
    } finally {
      System.clearProperty("turnmill.log.cut");
    }
  }

  @Test
  void onlyAPersonAtATerminalOfALocalRunWhoDidNotAskForThemSeesNoStackFrames() {
    List<String> run = List.of("run", "--config", "a.conf");
    assertThat(Main.hidesFrames(true, "local[2]", run)).isTrue();
    assertThat(Main.hidesFrames(true, "local", List.of("--verbose", "run"))).isFalse();
    assertThat(Main.hidesFrames(true, "local", List.of("run", "--verbose"))).isFalse();
    assertThat(Main.hidesFrames(false, "local", run)).isFalse();
    for (String cluster : List.of("yarn", "spark://host:7077", "k8s://https://host:6443")) {
      assertThat(Main.hidesFrames(true, cluster, run)).isFalse();
    }
  }

  @Test
  void theBundledConfigurationIsTheOneInForceAndQuiet() {
    Configuration logging = ((LoggerContext) LogManager.getContext(false)).getConfiguration();

    assertThat(logging.getName()).isEqualTo("turnmill");
    assertThat(logging.getRootLogger().getLevel()).isEqualTo(Level.WARN);
    assertThat(LogManager.getLogger("io.turnmill.job.infer.Anything").getLevel())
        .isEqualTo(Level.INFO);
    assertThat(LogManager.getLogger("org.apache.spark.scheduler.DAGScheduler").getLevel())
        .isEqualTo(Level.WARN);
    assertThat(LogManager.getLogger("org.apache.hadoop.util.NativeCodeLoader").getLevel())
        .isEqualTo(Level.ERROR);
  }
}
