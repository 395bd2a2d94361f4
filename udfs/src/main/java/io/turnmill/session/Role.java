package io.turnmill.session;

import java.util.Locale;

/** The role of a message's author, by the name that chat templates use. */
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT,
  TOOL;

  /**
   * The name in templates and in results: {@code system}, {@code user}, {@code assistant}, {@code
   * tool}.
   */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
