package io.turnmill.job.config;

import java.util.List;

/**
 * A setting given on the command line.
 *
 * @param key full name of the setting
 * @param values one text, or several for a list
 * @param origin what to call it in an error, such as {@code --set}
 * @param written whether a list or a map may be written out, as in a settings file; else the text
 *     is taken as it is, be it a glob that begins with a bracket
 */
public record Assignment(String key, List<String> values, String origin, boolean written) {
  public Assignment {
    values = List.copyOf(values);
  }

  /** Values from an option of its own. */
  public Assignment(String key, List<String> values, String origin) {
    this(key, values, origin, false);
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
    String value = text.substring(equals + 1);
    return new Assignment(text.substring(0, equals).strip(), List.of(value), "--set", true);
  }
}
