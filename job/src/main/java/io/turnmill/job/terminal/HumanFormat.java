package io.turnmill.job.terminal;

import java.time.Duration;
import java.util.Locale;

/** Numbers and times as people read them. */
public final class HumanFormat {
  private HumanFormat() {}

  /** {@code 1234567} as {@code 1,234,567}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** "1 session", "2 sessions". */
  public static String count(long number, String singular, String plural) {
    return count(number) + " " + (number == 1 ? singular : plural);
  }

  /** A rate: one decimal below ten, whole above; "–" where it is unknown. */
  public static String rate(double perSecond) {
    if (!Double.isFinite(perSecond)) {
      return "–";
    }
    return String.format(Locale.ROOT, perSecond < 9.95 ? "%,.1f" : "%,.0f", perSecond);
  }

  /** The share of a part in a whole, in percent; never 100 % before all are done. */
  public static String share(long part, long all) {
    if (all <= 0) {
      return "–";
    }
    double percent = 100.0 * part / all;
    if (part > 0 && percent < 0.1) {
      return "< 0.1 %";
    }
    if (part < all && percent > 99.9) {
      return "99.9 %";
    }
    return String.format(Locale.ROOT, "%.1f %%", percent);
  }

  /** A time in its two largest units: {@code 0.4 s}, {@code 41 s}, {@code 2 h 05 min}. */
  public static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", Math.max(0, time.toMillis()) / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
    if (seconds < 86_400) {
      return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
    }
    return String.format(Locale.ROOT, "%d d %02d h", seconds / 86_400, seconds / 3600 % 24);
  }

  /** A number per second of a time; NaN for no time at all. */
  public static double perSecond(long number, Duration time) {
    return time.isZero() || time.isNegative() ? Double.NaN : number / (time.toNanos() / 1e9);
  }
}
