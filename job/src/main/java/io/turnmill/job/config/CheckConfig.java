package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import java.io.Serializable;

/** What happens to what is not right. */
public record CheckConfig(
    @Doc("A bad message goes alone, or takes its session along.") @Default("reject_message")
        BadMessage badMessage,
    @Doc(
            "A file that cannot be read to its end ends the run, or is rejected with every session"
                + " that has a record in it.")
        @Default("fail")
        BadFile badFile,
    @Doc(
            "A conversation that the model cannot take is rejected, or loses its oldest messages"
                + " (never the system prompt, never the last user turn).")
        @Default("reject")
        TooLong tooLong)
    implements Serializable {

  public enum BadMessage {
    REJECT_MESSAGE,
    REJECT_SESSION
  }

  public enum BadFile {
    /** The run ends. */
    FAIL,
    /** The file is rejected, with every session that has a record in it. */
    REJECT
  }

  public enum TooLong {
    REJECT,
    /** Drop the oldest messages, keeping the system prompt and the last user turn. */
    CUT_LEFT
  }
}
