package io.turnmill.job.config;

import java.util.List;

/**
 * A setting given on the command line.
 *
 * @param key full name of the setting
 * @param values one text, or several for a list
 * @param origin what to call it in an error, such as {@code --set}
 */
public record Assignment(String key, List<String> values, String origin) {
  public Assignment {
    values = List.copyOf(values);
  }

  /** One value from an option of its own. */
  public static Assignment of(String key, String value, String origin) {
    return new Assignment(key, List.of(value), origin);
  }

  /**
   * Reads {@code key=value}; the value may be a list ({@code [a, b]}) or a map ({@code {a = 1}}) as
   * a settings file writes them.
   */
  public static Assignment parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new SetupException("--set takes key=value, but is '" + text + "'");
    }
    return of(text.substring(0, equals).strip(), text.substring(equals + 1), "--set");
  }
}
