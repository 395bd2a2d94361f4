package io.turnmill.session;

/** What the numbers in a field of times count. */
public enum TimestampUnit {
  /**
   * Seconds, milliseconds, microseconds or nanoseconds since 1970, as the size tells: below 10¹¹,
   * below 10¹⁴, below 10¹⁷, and above.
   */
  AUTO,
  /** Since 1970. */
  SECONDS,
  /** Since 1970. */
  MILLISECONDS,
  /** Since 1970. */
  MICROSECONDS,
  /** Since 1970. */
  NANOSECONDS,
  /**
   * Days as spreadsheets count them, in UTC: 1 is the first of January 1900, 60 a 29th of February
   * 1900 that there never was, and 61 the first of March 1900 (ECMA-376, part 1, 18.17.4.1). To the
   * millisecond, which is what a day as floating point can tell.
   */
  EXCEL_DAYS
}
