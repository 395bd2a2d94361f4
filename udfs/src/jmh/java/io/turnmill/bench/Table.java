package io.turnmill.bench;

import java.util.Locale;

/** Lines of a table in Markdown, on standard output. */
public final class Table {
  private Table() {}

  /** The line of titles and the one below it. */
  public static void head(String... titles) {
    row(titles);
    System.out.println("|" + "---|".repeat(titles.length));
  }

  public static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  /** A number with so many digits behind the point. */
  public static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** A count with commas. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  public static String percent(double share, int digits) {
    return number(100 * share, digits) + " %";
  }
}
