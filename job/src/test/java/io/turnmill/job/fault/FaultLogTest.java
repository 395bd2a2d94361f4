package io.turnmill.job.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.testing.Faults;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import java.io.StringWriter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FaultLogTest {
  private static final String NAME = "io.turnmill.job.fault.test";
  private static final Logger LOGGER = (Logger) LogManager.getLogger(NAME);

  private final StringWriter written = new StringWriter();
  private final WriterAppender appender =
      WriterAppender.createAppender(
          PatternLayout.newBuilder().withPattern("%p %m%n%ex").build(),
          null,
          written,
          "written",
          false,
          true);
  private final FaultLog log = new FaultLog(LoggerFactory.getLogger(NAME));

  @BeforeEach
  void listen() {
    appender.start();
    LOGGER.addAppender(appender);
  }

  @AfterEach
  void leave() {
    LOGGER.removeAppender(appender);
  }

  private static Throwable thrownHere() {
    return new ArrayStoreException(Faults.SECRET);
  }

  private long lines(String part) {
    return written.toString().lines().filter(line -> line.contains(part)).count();
  }

  @Test
  void aPlaceIsShownOnceWithItsFramesAndWithoutTheMessage() {
    for (int session = 0; session < 3; session++) {
      log.show(Fault.of(Step.DECODE, thrownHere()));
    }

    assertThat(written.toString())
        .startsWith("WARN An exception cost a record or a session, in the step decode.")
        .contains("java.lang.ArrayStoreException")
        .contains("at io.turnmill.job.fault.FaultLogTest.thrownHere(FaultLogTest.java")
        .doesNotContain(Faults.SECRET);
    assertThat(lines("WARN")).isEqualTo(1);
  }

  @Test
  void anotherPlaceAnotherStepAndAnotherExceptionAreShownToo() {
    log.show(Fault.of(Step.DECODE, thrownHere()));
    log.show(Fault.of(Step.ACCEPT, thrownHere()));
    log.show(Fault.of(Step.DECODE, new ArrayStoreException(Faults.SECRET)));

    assertThat(lines("WARN")).isEqualTo(3);
  }

  @Test
  void aFaultOfOurOwnIsAnErrorWithItsMessageButNotThatOfItsCause() {
    log.show(Fault.of(Step.PARSE, new IllegalStateException("Odd. This is a bug.", thrownHere())));

    assertThat(written.toString())
        .startsWith("ERROR A fault of Turnmill")
        .contains("java.lang.IllegalStateException: Odd. This is a bug.")
        .containsPattern("Caused by: .*java.lang.ArrayStoreException")
        .doesNotContain(Faults.SECRET);
  }

  @Test
  void aDeepRecursionIsCutShort() {
    log.show(Fault.of(Step.RENDER, deep(0)));

    assertThat(lines("\tat ")).isBetween(1L, 60L);
  }

  private static Throwable deep(int depth) {
    try {
      return depth == Integer.MAX_VALUE ? null : deep(depth + 1);
    } catch (StackOverflowError e) {
      return e;
    }
  }
}
