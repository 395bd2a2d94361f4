package io.turnmill.task;

import io.turnmill.session.Message;
import java.util.List;

/** How much of one session is done and under way at once. */
public final class AtOnce {
  /** At most about this many requests are under way, which bounds the prompts in memory. */
  public static final int MOST_UNDER_WAY = 32;

  /**
   * A call of {@link io.turnmill.inference.Work#next} begins nothing further after it has shown
   * template and tokenizer this many characters. What is too long is shown to them, too, before
   * that is known, and a session may have thousands of such turns.
   */
  public static final int LIMIT_CHARS = 1 << 20;

  /** What a message costs besides its text, in characters. */
  private static final int CHARS_OF_A_MESSAGE = 32;

  private AtOnce() {}

  /** What it costs to show messages once, in characters. */
  static long chars(List<Message> messages) {
    return messages.stream().mapToLong(AtOnce::chars).sum();
  }

  /** What it costs to show one message once, in characters. */
  static long chars(Message message) {
    return (long) CHARS_OF_A_MESSAGE + message.content().length();
  }
}
