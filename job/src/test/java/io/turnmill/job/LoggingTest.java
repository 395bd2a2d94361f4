package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.junit.jupiter.api.Test;

class LoggingTest {

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
