package io.turnmill.prompt.jinja;

/** Escapes in string literals, as Python has them. */
final class Escapes {
  private Escapes() {}

  static String unescape(String body) {
    if (body.indexOf('\\') < 0) {
      return body;
    }
    StringBuilder out = new StringBuilder(body.length());
    int at = 0;
    while (at < body.length()) {
      char c = body.charAt(at);
      if (c != '\\') {
        out.append(c);
        at++;
      } else {
        at = escape(body, at + 1, out);
      }
    }
    return out.toString();
  }

  /** One escape, whose character behind the backslash is at {@code at}; returns what follows it. */
  private static int escape(String body, int at, StringBuilder out) {
    char c = body.charAt(at);
    int simple = "\\'\"abfnrtv".indexOf(c);
    if (c == '\n') {
      return at + 1;
    } else if (simple >= 0) {
      out.append("\\'\"\u0007\b\f\n\r\t\u000b".charAt(simple));
      return at + 1;
    } else if (c == 'x' || c == 'u' || c == 'U') {
      int digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      out.appendCodePoint(hexadecimal(body, at + 1, digits));
      return at + 1 + digits;
    } else if (c == 'N' || (c >= '0' && c <= '7')) {
      throw new TemplateException("the escape \\" + c + " in a string is not supported");
    }
    // What is no escape stays as it is, with its backslash. A character outside of ASCII has
    // become an escape of its own before Python looks here: the backslash stays all the same.
    int next = at + Character.charCount(body.codePointAt(at));
    if (c >= 0x80) {
      throw new TemplateException("a backslash before a character outside of ASCII");
    }
    out.append('\\').append(body, at, next);
    return next;
  }

  private static int hexadecimal(String body, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit =
          i < body.length() && body.charAt(i) < 0x80 ? Character.digit(body.charAt(i), 16) : -1;
      if (digit < 0 || value > 0x10ffff) {
        throw new TemplateException("an escape in a string is cut short");
      }
      value = value * 16 + digit;
    }
    if (!Character.isValidCodePoint(value)) {
      throw new TemplateException("an escape in a string is no character");
    }
    return value;
  }
}
