package io.turnmill.prompt.jinja;

import java.util.List;

/** The tokens of a template with a place in them: what a parser moves along. */
final class Tokens {
  private final List<Token> tokens;
  private int at;

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token ahead() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  boolean isName(String name) {
    return current().isName(name);
  }

  boolean isOperator(String operator) {
    return current().isOperator(operator);
  }

  boolean skipName(String name) {
    boolean found = isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  String expectName() {
    return expect(Token.TokenType.NAME, "a name").text();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  Token expect(Token.TokenType kind, String described) {
    if (current().kind() != kind) {
      throw unexpected(described);
    }
    return next();
  }

  TemplateException unexpected(String expected) {
    return error("expected " + expected + ", found " + current().described());
  }

  TemplateException error(String problem) {
    return new TemplateException(problem, current().place());
  }
}
