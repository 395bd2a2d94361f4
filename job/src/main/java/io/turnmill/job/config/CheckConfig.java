package io.turnmill.job.config;

import java.io.Serializable;

/**
 * What happens to what is not right.
 *
 * @param badMessage whether a bad message goes alone or takes its session along
 * @param badFile what happens to a file that cannot be read to its end
 * @param tooLong what happens to a conversation that the model cannot take
 */
public record CheckConfig(BadMessage badMessage, BadFile badFile, TooLong tooLong)
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
