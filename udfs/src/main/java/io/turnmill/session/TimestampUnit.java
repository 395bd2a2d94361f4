package io.turnmill.session;

/** The unit of the numbers in a field of times. */
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
   * 1900 that never existed, and 61 the first of March 1900 (ECMA-376, part 1, 18.17.4.1). They are
   * read to the millisecond, which is the precision of a day as a floating-point number.
   */
  EXCEL_DAYS
}
