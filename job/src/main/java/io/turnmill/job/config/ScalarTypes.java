package io.turnmill.job.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Settings of one value: text, numbers, flags, and one of a few names. */
final class ScalarTypes {
  private ScalarTypes() {}

  /**
   * Text.
   *
   * @param emptyAllowed whether it may be empty, which stands for "none"
   * @param blankAllowed whether it may be white space alone
   */
  record Text(String values, boolean emptyAllowed, boolean blankAllowed) implements SettingType {
    @Override
    public String read(ConfigValue value) throws WrongValueException {
      String text = scalar(value, this);
      if ((text.isEmpty() && !emptyAllowed) || (text.isBlank() && !blankAllowed)) {
        throw new WrongValueException("must be " + wanted(this) + ", but is empty", value);
      }
      return text;
    }
  }

  record Flag() implements SettingType {
    @Override
    public Boolean read(ConfigValue value) throws WrongValueException {
      String text = scalar(value, this).strip().toLowerCase(Locale.ROOT);
      return switch (text) {
        case "true", "yes", "on" -> true;
        case "false", "no", "off" -> false;
        default -> throw wrong(this, value);
      };
    }

    @Override
    public String values() {
      return "true or false";
    }
  }

  /** A whole number in {@code [min, max]}. */
  record Whole(long min, long max) implements SettingType {
    @Override
    public Long read(ConfigValue value) throws WrongValueException {
      Optional<BigDecimal> number = number(scalar(value, this));
      if (number.isEmpty()) {
        throw wrong(this, value);
      }
      try {
        long whole = number.get().longValueExact();
        if (whole >= min && whole <= max) {
          return whole;
        }
      } catch (ArithmeticException notWhole) {
        throw wrong(this, value);
      }
      throw wrong(this, value);
    }

    @Override
    public String values() {
      if (min == Long.MIN_VALUE && max == Long.MAX_VALUE) {
        return "whole number";
      }
      boolean open = max == Integer.MAX_VALUE || max == Long.MAX_VALUE;
      return "whole number from " + min + (open ? "" : " to " + max);
    }
  }

  /** A whole number that fits an {@code int}. */
  record Int(int min, int max) implements SettingType {
    @Override
    public Integer read(ConfigValue value) throws WrongValueException {
      return Math.toIntExact(new Whole(min, max).read(value));
    }

    @Override
    public String values() {
      return new Whole(min, max).values();
    }
  }

  /** A number in {@code [min, max]}, or in {@code (min, max]} if {@code minExcluded}. */
  record Real(double min, boolean minExcluded, double max) implements SettingType {
    @Override
    public Double read(ConfigValue value) throws WrongValueException {
      Optional<BigDecimal> number = number(scalar(value, this));
      if (number.isEmpty()) {
        throw wrong(this, value);
      }
      double real = number.get().doubleValue();
      if (Double.isInfinite(real) || real < min || (minExcluded && real == min) || real > max) {
        throw wrong(this, value);
      }
      return real + 0.0; // -0.0 becomes 0.0: equal settings have equal identities
    }

    @Override
    public String values() {
      String from = minExcluded ? "number above " : "number from ";
      String to = Double.isInfinite(max) ? "" : (minExcluded ? " up to " : " to ") + trim(max);
      return Double.isInfinite(min) ? "number" : from + trim(min) + to;
    }

    private static String trim(double bound) {
      return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }
  }

  /** One of the names of an enum, in lower case. */
  record Choice(List<Enum<?>> constants) implements SettingType {
    @Override
    public Enum<?> read(ConfigValue value) throws WrongValueException {
      String name = scalar(value, this).strip();
      for (Enum<?> constant : constants) {
        if (constant.name().equalsIgnoreCase(name)) {
          return constant;
        }
      }
      throw wrong(this, value);
    }

    @Override
    public String values() {
      return constants.stream()
          .map(constant -> constant.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(" | "));
    }
  }

  /** The text of a single value; a list or a map is a wrong value. */
  static String scalar(ConfigValue value, SettingType type) throws WrongValueException {
    ConfigValueType kind = value.valueType();
    if (kind == ConfigValueType.LIST || kind == ConfigValueType.OBJECT) {
      throw wrong(type, value);
    }
    // As it was written: 1.10 stays 1.10 where text is wanted.
    return value.atKey("value").getString("value");
  }

  /** Says what is expected and what came; long text is not repeated. */
  static WrongValueException wrong(SettingType type, ConfigValue value) {
    String found =
        switch (value.valueType()) {
          case LIST -> "a list";
          case OBJECT -> "a map";
          case NULL -> "null";
          case STRING, NUMBER, BOOLEAN -> quoted(String.valueOf(value.unwrapped()));
        };
    return new WrongValueException("must be " + wanted(type) + ", but is " + found, value);
  }

  /** The values of a type as a part of a sentence. */
  static String wanted(SettingType type) {
    if (type instanceof Choice) {
      return "one of " + type.values();
    }
    return type instanceof Flag ? type.values() : "a " + type.values();
  }

  private static String quoted(String text) {
    return text.length() > 40 ? "a text of " + text.length() + " characters" : "'" + text + "'";
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      BigDecimal number = new BigDecimal(text.strip());
      // 1e999999999 is a number that takes forever to turn into a whole one.
      return Math.abs((long) number.scale()) > 400 ? Optional.empty() : Optional.of(number);
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }
}
