package io.turnmill.prompt.jinja;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens inside one <code>{{ … }}</code> or <code>{% … %}</code>. */
final class TagLexer {
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?:[0-9]+_)*[0-9]+(?:(?:\\.(?:[0-9]+_)*[0-9]+)?[eE][+-]?(?:[0-9]+_)*[0-9]+|\\.(?:[0-9]+_)*[0-9]+)");
  private static final Pattern INTEGER = Pattern.compile("[1-9](?:_?[0-9])*|0(?:_?0)*");
  private static final Pattern NAME = Pattern.compile("[\\w]+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern STRING =
      Pattern.compile("'(?:[^'\\\\]++|\\\\.)*+'|\"(?:[^\"\\\\]++|\\\\.)*+\"", Pattern.DOTALL);
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final IntFunction<SourcePosition> places;
  private final List<Token> tokens;
  private final boolean print;
  private final Deque<String> open = new ArrayDeque<>();

  TagLexer(String source, IntFunction<SourcePosition> places, List<Token> tokens, boolean print) {
    this.source = source;
    this.places = places;
    this.tokens = tokens;
    this.print = print;
  }

  private TemplateException error(String problem, int at) {
    return new TemplateException(problem, places.apply(at));
  }

  private void add(Token.TokenType kind, String text, Object value, int at) {
    tokens.add(new Token(kind, text, value, places.apply(at)));
  }

  /** Returns where the text behind the tag begins. */
  int run(int tag, int inside) {
    int at = inside;
    while (at < source.length()) {
      int end = open.isEmpty() ? end(at) : -1;
      if (end >= 0) {
        return end;
      }
      at = Characters.isSpace(source.charAt(at)) ? at + 1 : token(at);
    }
    throw error(print ? "a '{{' without its '}}'" : "a '{%' without its '%}'", tag);
  }

  /** Behind the end of the tag, if it ends here; else -1. */
  private int end(int at) {
    char sign = source.charAt(at);
    boolean signed = sign == '-' || (sign == '+' && !print);
    int close = signed ? at + 1 : at;
    if (!source.startsWith(print ? "}}" : "%}", close)) {
      return -1;
    }
    add(print ? Token.TokenType.PRINT_END : Token.TokenType.BLOCK_END, "", null, at);
    return Lexer.behind(source, close + 2, signed ? sign : ' ', !print);
  }

  private int token(int at) {
    Matcher matcher = FLOAT.matcher(source).region(at, source.length());
    boolean behindDot = at > 0 && source.charAt(at - 1) == '.';
    if (!behindDot && matcher.lookingAt()) {
      double value = Double.parseDouble(matcher.group().replace("_", ""));
      add(Token.TokenType.NUMBER, "float", value, at);
    } else if (matcher.usePattern(INTEGER).lookingAt()) {
      add(
          Token.TokenType.NUMBER,
          "integer",
          Numbers.normal(new BigInteger(matcher.group().replace("_", ""))),
          at);
    } else if (matcher.usePattern(NAME).lookingAt()) {
      name(matcher.group(), at);
    } else if (matcher.usePattern(STRING).lookingAt()) {
      String body = source.substring(at + 1, matcher.end() - 1);
      try {
        add(Token.TokenType.STRING, Escapes.unescape(body), null, at);
      } catch (TemplateException e) {
        throw e.at(places.apply(at));
      }
    } else {
      return operator(at);
    }
    return matcher.end();
  }

  private void name(String name, int at) {
    if (!Character.isUnicodeIdentifierStart(name.codePointAt(0)) && name.charAt(0) != '_') {
      throw error("a name begins with a character that cannot begin one", at);
    }
    add(Token.TokenType.NAME, name, null, at);
  }

  private int operator(int at) {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(operator, at);
        add(Token.TokenType.OPERATOR, operator, null, at);
        return at + operator.length();
      }
    }
    throw error("a character that has no meaning here", at);
  }

  private void balance(String operator, int at) {
    switch (operator) {
      case "{" -> open.push("}");
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "}", ")", "]" -> {
        if (open.isEmpty() || !open.pop().equals(operator)) {
          throw error("unexpected '" + operator + "'", at);
        }
      }
      default -> {}
    }
  }
}
