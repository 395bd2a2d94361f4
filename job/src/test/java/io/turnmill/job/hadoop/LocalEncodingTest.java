package io.turnmill.job.hadoop;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalEncodingTest {
  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "utf8", "UTF8"})
  void utf8IsTakenByAnyOfItsNames(String encoding) {
    assertThatCode(() -> LocalEncoding.check(encoding, "a", "b")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "ANSI_X3.4-1968, ANSI_X3.4-1968",
    "ISO-8859-1, ISO-8859-1",
    "646, 646",
    "no such set, no such set",
    "'', not known"
  })
  void anyOtherIsNamed(String encoding, String named) {
    assertThatThrownBy(() -> LocalEncoding.check(encoding, "names would be garbled", "Set LC_ALL."))
        .isInstanceOf(SetupException.class)
        .hasMessage(
            "The locale's encoding is "
                + named
                + ", not UTF-8: names would be garbled. Set LC_ALL.");
  }

  /** The locale of the tests has UTF-8; that of executors is asked before a task opens a file. */
  @Test
  void thisProcessKnowsNames() {
    assertThatCode(LocalEncoding::checkDriver).doesNotThrowAnyException();
    assertThatCode(LocalEncoding::checkExecutor).doesNotThrowAnyException();
  }
}
