package io.turnmill.job.trial;

import java.util.Optional;

/**
 * A number that is estimated.
 *
 * @param range in which it lies in 90 of 100 draws; nothing if too few sessions were run to know
 */
record Estimated(double number, Optional<Range> range) {
  record Range(double from, double to) {}

  /** The same for one of several equal parts. */
  Estimated dividedBy(int parts) {
    return new Estimated(
        number / parts, range.map(of -> new Range(of.from() / parts, of.to() / parts)));
  }
}
