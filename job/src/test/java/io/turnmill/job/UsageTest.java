package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.testing.CommandForTests;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says of itself, and how. */
class UsageTest {
  private final CommandForTests turnmill = new CommandForTests();

  @ParameterizedTest
  @ValueSource(
      strings = {"rnu", "--confg x", "run --confg x", "run --rows 3", "show", "show x --rows none"})
  void wrongUsageIsASetupErrorThatSaysWhereHelpIs(String arguments) {
    assertThat(turnmill.run(arguments.split(" ", -1))).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .startsWith("turnmill: ")
        .contains("See: submit/local.sh")
        .doesNotContain("\tat ");
  }

  @Test
  void aMistypedCommandOrOptionGetsASuggestion() {
    turnmill.run("rnu");
    assertThat(turnmill.err()).contains("Did you mean: run?");
    turnmill.run("run", "--confg", "x");
    assertThat(turnmill.err()).contains("--config");
  }

  @Test
  void helpAndVersionAreForNewcomers() {
    assertThat(turnmill.run("--help")).isEqualTo(ExitCode.OK);
    assertThat(turnmill.out())
        .contains("submit/local.sh run --config conf/samples.conf")
        .contains("Runs the model over every session of an archive.");
    for (String command : List.of("run", "plan", "config", "show")) {
      assertThat(turnmill.run(command, "--help")).isEqualTo(ExitCode.OK);
    }
    assertThat(turnmill.out()).contains("submit/local.sh show out/samples");
    assertThat(turnmill.run("--version")).isEqualTo(ExitCode.OK);
    assertThat(turnmill.out())
        .matches("(?s)turnmill \\d+\\.\\d+.*built for Spark \\d.*")
        .doesNotContain("${");
  }

  @Test
  void noCommandAtAllPrintsTheHelpAsAnError() {
    assertThat(turnmill.run()).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("Commands:");
  }

  @Test
  void configListsEverySetting() {
    assertThat(turnmill.run("config")).isEqualTo(ExitCode.OK);
    assertThat(turnmill.out()).contains("sampling.max_tokens");
    turnmill.run("config", "--format=markdown");
    assertThat(turnmill.out()).startsWith("| setting |");
  }

  @Test
  void coloursFollowTheTerminalAndTheEnvironment() {
    assertThat(Terminal.of(Map.of(), true).colour()).isTrue();
    assertThat(Terminal.of(Map.of(), false).colour()).isFalse();
    assertThat(Terminal.of(Map.of("NO_COLOR", "1"), true).colour()).isFalse();
    assertThat(Terminal.of(Map.of("TERM", "dumb"), true).colour()).isFalse();
    assertThat(Terminal.of(Map.of("COLUMNS", "132"), true).columns()).isEqualTo(132);
    assertThat(Terminal.of(Map.of("COLUMNS", "many"), true).columns()).isEqualTo(100);
  }
}
