package io.turnmill.job.config;

import java.util.List;

/** The effective settings as aligned text. */
final class SettingsTable {
  private static final int MAX_VALUE_CHARS = 100;

  private SettingsTable() {}

  static String effective(JobConfig config) {
    int width = Settings.ALL.stream().mapToInt(setting -> setting.key().length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    for (Setting setting : Settings.ALL) {
      Object value = setting.plainValue(config);
      boolean isDefault = setting.plainDefault().map(value::equals).orElse(false);
      table
          .append(isDefault ? "  " : "* ")
          .append(setting.key())
          .append(" ".repeat(width - setting.key().length() + 2))
          .append(shown(Secrets.masked(setting, config)))
          .append('\n');
    }
    return table.toString();
  }

  private static String shown(Object value) {
    boolean bare = value instanceof String text && text.matches("[\\w./:*?,-]+");
    String text = bare ? (String) value : SettingsJson.write(value);
    if (value instanceof List<?> list && list.size() == 1) {
      return shown(list.get(0));
    }
    return text.length() <= MAX_VALUE_CHARS
        ? text
        : text.substring(0, MAX_VALUE_CHARS) + "… (" + text.length() + " characters)";
  }
}
