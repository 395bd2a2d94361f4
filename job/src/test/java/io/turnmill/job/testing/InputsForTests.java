package io.turnmill.job.testing;

import io.turnmill.clean.UnicodeForm;
import io.turnmill.job.config.CheckConfig;
import io.turnmill.job.config.CleanConfig;
import io.turnmill.job.config.InputConfig;
import io.turnmill.job.config.SampleConfig;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.session.TimestampUnit;
import java.util.List;
import java.util.Map;

/** Settings for tests: everything as the user leaves it, but for what the test is about. */
public final class InputsForTests {
  public static final CheckConfig REJECT_MESSAGE = check(CheckConfig.BadMessage.REJECT_MESSAGE);
  public static final CheckConfig REJECT_SESSION = check(CheckConfig.BadMessage.REJECT_SESSION);

  public static final InputConfig.Fields USUAL_FIELDS =
      new InputConfig.Fields("", "", "", "", "", "", "", "");

  private InputsForTests() {}

  private static CheckConfig check(CheckConfig.BadMessage badMessage) {
    return new CheckConfig(badMessage, CheckConfig.BadFile.FAIL, CheckConfig.TooLong.REJECT);
  }

  /** Rules by which nothing is cleaned and every session is taken. */
  public static Prepare.Rules rules(CheckConfig check, boolean filesLost) {
    CleanConfig clean =
        new CleanConfig(
            UnicodeForm.NONE,
            false,
            CleanConfig.Repeated.KEEP,
            false,
            CleanConfig.Duplicates.KEEP,
            CleanConfig.Duplicates.KEEP,
            0.9);
    return new Prepare.Rules(
        check, clean, new SampleConfig(1, 0, 0, ""), List.of(), true, filesLost);
  }

  public static InputConfig of(Object... paths) {
    return of(List.of(), InputConfig.MissingSessionId.REJECT, paths);
  }

  public static InputConfig carrying(List<String> carry, Object... paths) {
    return of(carry, InputConfig.MissingSessionId.REJECT, paths);
  }

  public static InputConfig of(
      List<String> carry, InputConfig.MissingSessionId missing, Object... paths) {
    return new InputConfig(
        List.of(paths).stream().map(Object::toString).toList(),
        InputConfig.Format.AUTO,
        InputConfig.Layout.AUTO,
        USUAL_FIELDS,
        TimestampUnit.AUTO,
        carry,
        Map.of(),
        missing,
        1 << 20);
  }
}
