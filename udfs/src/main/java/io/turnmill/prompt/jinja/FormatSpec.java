package io.turnmill.prompt.jinja;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mini-language behind the colon of {@code "{:>8}".format(…)}. */
final class FormatSpec {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\\d{1,9})?([,_])?(?:\\.(\\d{1,9}))?([bcdeEfFgGnosxX%])?",
          Pattern.DOTALL);

  private final Matcher spec;

  private FormatSpec(String spec) {
    this.spec = SPEC.matcher(spec);
    if (!this.spec.matches()) {
      throw new TemplateException("a format specification is not understood");
    }
  }

  static Text format(Object value, String specification, Run run) {
    if (specification.isEmpty()) {
      return Printer.text(value, run);
    }
    FormatSpec spec = new FormatSpec(specification);
    if (value instanceof Text text) {
      return spec.string(text, run);
    } else if (Types.isNumber(value)) {
      return spec.number(value, run);
    }
    throw new TemplateException(
        "a value of type " + Types.name(value) + " takes no format specification");
  }

  private Text string(Text text, Run run) {
    String type = spec.group(9);
    boolean numeric = spec.group(3) != null || spec.group(4) != null || spec.group(7) != null;
    if (numeric || "=".equals(spec.group(2)) || (type != null && !type.equals("s"))) {
      throw new TemplateException("a format specification does not fit a string");
    }
    Text shown = text.asPlain();
    if (spec.group(8) != null) {
      int limit = Math.min(Integer.parseInt(spec.group(8)), text.length());
      shown = shown.slice(0, shown.unitOf(limit));
    }
    boolean zeros = spec.group(5) != null && spec.group(2) == null;
    return pad(shown, zeros ? "0" : fill(), spec.group(2) == null ? "<" : spec.group(2), run);
  }

  private String fill() {
    return spec.group(1) == null ? (spec.group(5) == null ? " " : "0") : spec.group(1);
  }

  private Text pad(Text text, String fill, String align, Run run) {
    int width = spec.group(6) == null ? 0 : Integer.parseInt(spec.group(6));
    int missing = width - text.length();
    if (missing <= 0) {
      return text;
    }
    run.made(width);
    int left = align.equals("<") ? 0 : align.equals(">") ? missing : missing / 2;
    return new TextBuilder(run)
        .append(fill.repeat(left))
        .append(text)
        .append(fill.repeat(missing - left))
        .toText();
  }

  private Text number(Object value, Run run) {
    String type = spec.group(9);
    if (type == null && value instanceof Boolean && spec.group(8) == null) {
      type = "d";
    }
    boolean floating = value instanceof Double || (type != null && "eEfFgG%".contains(type));
    if (spec.group(4) != null || "n".equals(type) || "c".equals(type)) {
      throw new TemplateException("a format specification is not supported");
    }
    if ("s".equals(type) || (!floating && spec.group(8) != null)) {
      throw new TemplateException("a format specification does not fit a number");
    }
    String digits =
        floating ? floating(Numbers.toDouble(value), type) : integer(Numbers.big(value), type);
    boolean negative = digits.startsWith("-");
    String sign =
        negative ? "-" : spec.group(3) == null || spec.group(3).equals("-") ? "" : spec.group(3);
    String bare = negative ? digits.substring(1) : digits;
    if (spec.group(7) != null) {
      bare = grouped(bare, spec.group(7), type);
    }
    return aligned(sign, bare, run);
  }

  private Text aligned(String sign, String bare, Run run) {
    String align = spec.group(2) == null ? (spec.group(5) == null ? ">" : "=") : spec.group(2);
    if (!align.equals("=")) {
      return pad(Text.template(sign + bare), fill(), align, run);
    }
    if (spec.group(7) != null && fill().equals("0")) {
      throw new TemplateException("a format specification is not supported");
    }
    int width = spec.group(6) == null ? 0 : Integer.parseInt(spec.group(6));
    run.made(width);
    int missing = Math.max(0, width - sign.length() - bare.length());
    return Text.template(sign + fill().repeat(missing) + bare);
  }

  private static String integer(BigInteger value, String type) {
    if (type == null) {
      return Printer.integer(value);
    }
    return switch (type) {
      case "b" -> value.toString(2);
      case "o" -> value.toString(8);
      case "x" -> value.toString(16);
      case "X" -> value.toString(16).toUpperCase(java.util.Locale.ROOT);
      case "d" -> Printer.integer(value);
      default -> throw new TemplateException("a format specification does not fit an integer");
    };
  }

  private String floating(double value, String type) {
    if (!Double.isFinite(value)) {
      throw new TemplateException("a format specification is not supported for this float");
    }
    int precision = spec.group(8) == null ? 6 : Integer.parseInt(spec.group(8));
    if (precision > 1000) {
      throw new TemplateException("the precision of a format specification is too large");
    }
    if (type == null) {
      if (spec.group(8) == null) {
        return Floats.repr(value);
      }
      return Floats.withPoint(value, precision);
    }
    return switch (type) {
      case "f", "F" -> Floats.fixed(value, precision);
      case "e" -> Floats.exponent(value, precision);
      case "E" -> Floats.exponent(value, precision).toUpperCase(java.util.Locale.ROOT);
      case "g" -> Floats.general(value, precision, false);
      case "G" -> Floats.general(value, precision, false).toUpperCase(java.util.Locale.ROOT);
      case "%" -> Floats.fixed(value * 100, precision) + "%";
      default -> throw new TemplateException("a format specification does not fit a float");
    };
  }

  private static String grouped(String digits, String separator, String type) {
    if (type != null && "boxX".contains(type)) {
      throw new TemplateException("a format specification is not supported");
    }
    int end = 0;
    while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
      end++;
    }
    StringBuilder grouped = new StringBuilder(digits);
    for (int at = end - 3; at > 0; at -= 3) {
      grouped.insert(at, separator);
    }
    return grouped.toString();
  }
}
