package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** The arguments of one call, in their brackets. */
final class ArgumentParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final List<Expr> positional = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Expr> named = new ArrayList<>();
  private Expr star;
  private Expr doubleStar;

  ArgumentParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expr.Arguments parse() {
    tokens.expectOperator("(");
    boolean first = true;
    while (!tokens.isOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.isOperator(")")) {
          break;
        }
      }
      argument();
      first = false;
    }
    tokens.expectOperator(")");
    if (new HashSet<>(names).size() < names.size()) {
      throw tokens.error("an argument is given twice by its name");
    }
    return new Expr.Arguments(
        List.copyOf(positional), List.copyOf(names), List.copyOf(named), star, doubleStar);
  }

  private void argument() {
    if (tokens.isOperator("*")) {
      check(star == null && doubleStar == null);
      tokens.next();
      star = expressions.expression();
    } else if (tokens.isOperator("**")) {
      check(doubleStar == null);
      tokens.next();
      doubleStar = expressions.expression();
    } else if (tokens.current().kind() == Token.TokenType.NAME && tokens.ahead().isOperator("=")) {
      check(doubleStar == null);
      names.add(tokens.next().text());
      tokens.next();
      named.add(expressions.expression());
    } else {
      check(star == null && doubleStar == null && named.isEmpty());
      positional.add(expressions.expression());
    }
  }

  private void check(boolean fits) {
    if (!fits) {
      throw tokens.error("arguments of a call are out of order");
    }
  }
}
