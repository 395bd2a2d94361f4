package io.turnmill.session;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Reads the archive's number of a message: {@code 3}, {@code "3"} or {@code 3.0}, but not {@code
 * 3.5}.
 */
final class Turns {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,19}(\\.0{0,19})?");

  private Turns() {}

  static OptionalLong parse(Object value) {
    Optional<BigInteger> whole = Optional.empty();
    if (value instanceof Number number) {
      whole = Values.whole(number);
    } else if (value instanceof String text && WHOLE.matcher(text.strip()).matches()) {
      whole = Values.whole(new BigDecimal(text.strip()));
    }
    return whole.isPresent() && whole.get().bitLength() < Long.SIZE
        ? OptionalLong.of(whole.get().longValue())
        : OptionalLong.empty();
  }
}
