package io.turnmill.job.config;

import java.util.List;
import java.util.Map;

/**
 * Lists of all settings, made from their descriptions: for the terminal, for {@code
 * conf/SETTINGS.md}, and as {@code conf/reference.conf}.
 */
public final class SettingsListing {
  private static final int COMMENT_CHARS = 90;

  private SettingsListing() {}

  /** For people at a terminal: key, values, default, and the meaning below. */
  public static String text() {
    StringBuilder text = new StringBuilder();
    for (Settings.Group group : Settings.GROUPS) {
      text.append(group.title()).append('\n');
      for (Setting setting : group.settings()) {
        text.append("  ").append(setting.key()).append("  (").append(setting.type().values());
        text.append("; ").append(defaultInWords(setting)).append(")\n");
        wrap(setting.meaning()).forEach(line -> text.append("      ").append(line).append('\n'));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** The table of {@code conf/SETTINGS.md}. */
  public static String markdown() {
    StringBuilder table = new StringBuilder("| setting | values | default | meaning |\n");
    table.append("|---|---|---|---|\n");
    for (Setting setting : Settings.ALL) {
      String shownDefault =
          setting.plainDefault().map(SettingsListing::markdownValue).orElse("required");
      table
          .append("| `")
          .append(setting.key())
          .append("` | ")
          .append(setting.type().values().replace("|", "\\|"))
          .append(" | ")
          .append(shownDefault)
          .append(" | ")
          .append(setting.meaning().replace("|", "\\|"))
          .append(" |\n");
    }
    return table.toString();
  }

  /** A settings file in which everything stands at its default and is explained. */
  public static String reference() {
    StringBuilder text = new StringBuilder();
    text.append("# Every setting with its default. Made by: turnmill config --format=conf\n#\n");
    text.append(
        "# The format is HOCON: JSON without the ceremony. ${?NAME} takes an environment\n");
    text.append("# variable where there is one. Relative paths are relative to the directory in\n");
    text.append("# which the job is started, not to this file.\n");
    for (Settings.Group group : Settings.GROUPS) {
      text.append("\n# ").append(group.title()).append('\n');
      for (Setting setting : group.settings()) {
        text.append('\n');
        wrap(setting.meaning()).forEach(line -> text.append("# ").append(line).append('\n'));
        text.append("# Values: ").append(setting.type().values()).append(".\n");
        text.append(referenceLine(setting)).append('\n');
      }
    }
    return text.toString();
  }

  private static String referenceLine(Setting setting) {
    return setting
        .plainDefault()
        .map(value -> setting.key() + " = " + SettingsJson.write(value))
        .orElse("# required: " + setting.key() + " = …");
  }

  private static String defaultInWords(Setting setting) {
    return setting
        .plainDefault()
        .map(value -> isNone(value) ? "default: none" : "default: " + plain(value))
        .orElse("must be set");
  }

  private static String markdownValue(Object value) {
    return isNone(value) ? "none" : "`" + plain(value) + "`";
  }

  private static String plain(Object value) {
    return value instanceof String text ? text : SettingsJson.write(value);
  }

  private static boolean isNone(Object value) {
    return value.equals("") || value.equals(List.of()) || value.equals(Map.of());
  }

  private static List<String> wrap(String text) {
    String lines = text.replaceAll("(.{1," + COMMENT_CHARS + "})(?: +|$)", "$1\n");
    return lines.lines().toList();
  }
}
