package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;

/** Operands of expressions: literals and names, and what follows them. */
final class OperandParser {
  private static final int MAX_CHAIN = 200;

  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final Symbols symbols;

  OperandParser(Tokens tokens, ExpressionParser expressions, Symbols symbols) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.symbols = symbols;
  }

  Expr unary(boolean filters) {
    expressions.enter();
    Token token = tokens.current();
    Expr operand;
    if (token.isOperator("-") || token.isOperator("+")) {
      tokens.next();
      operand = new Expr.Sign(token.place(), token.isOperator("-"), unary(false));
    } else {
      operand = primary();
    }
    operand = postfix(operand);
    operand = filters ? filtersAndTests(operand) : operand;
    expressions.leave();
    return operand;
  }

  Expr primary() {
    Token token = tokens.current();
    switch (token.kind()) {
      case NAME -> {
        tokens.next();
        return name(token);
      }
      case STRING -> {
        return string();
      }
      case NUMBER -> {
        tokens.next();
        return new Expr.Literal(token.place(), token.value());
      }
      case OPERATOR -> {
        if (token.isOperator("(")) {
          tokens.next();
          Expr inside = expressions.tuple(true, true);
          tokens.expectOperator(")");
          return inside;
        } else if (token.isOperator("[")) {
          return list();
        } else if (token.isOperator("{")) {
          return dict();
        }
      }
      default -> {}
    }
    throw tokens.error("unexpected " + token.described());
  }

  private Expr name(Token token) {
    expressions.nameRead(token.text());
    return switch (token.text()) {
      case "true", "True" -> new Expr.Literal(token.place(), true);
      case "false", "False" -> new Expr.Literal(token.place(), false);
      case "none", "None" -> new Expr.Literal(token.place(), None.NONE);
      default -> new Expr.Name(token.place(), token.text(), symbols.id(token.text()));
    };
  }

  private Expr string() {
    SourcePosition place = tokens.current().place();
    StringBuilder value = new StringBuilder();
    while (tokens.current().kind() == Token.TokenType.STRING) {
      value.append(tokens.next().text());
    }
    return new Expr.Literal(place, Text.template(value.toString()));
  }

  private Expr list() {
    SourcePosition place = tokens.next().place();
    List<Expr> items = new ArrayList<>();
    while (!tokens.isOperator("]")) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (tokens.isOperator("]")) {
        break;
      }
      items.add(expressions.expression());
    }
    tokens.expectOperator("]");
    return new Expr.ListOf(place, false, List.copyOf(items));
  }

  private Expr dict() {
    SourcePosition place = tokens.next().place();
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.isOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (tokens.isOperator("}")) {
        break;
      }
      keys.add(expressions.expression());
      tokens.expectOperator(":");
      values.add(expressions.expression());
    }
    tokens.expectOperator("}");
    return new Expr.DictOf(place, List.copyOf(keys), List.copyOf(values));
  }

  private int chained(int chain) {
    if (chain >= MAX_CHAIN) {
      throw tokens.error("more than " + MAX_CHAIN + " accesses in a row");
    }
    return chain + 1;
  }

  Expr postfix(Expr operand) {
    Expr result = operand;
    int chain = 0;
    while (true) {
      chain = chained(chain);
      if (tokens.isOperator(".")) {
        result = attribute(result);
      } else if (tokens.isOperator("[")) {
        result = subscript(result);
      } else if (tokens.isOperator("(")) {
        result = new Expr.Call(tokens.current().place(), result, arguments());
      } else {
        return result;
      }
    }
  }

  private Expr filtersAndTests(Expr operand) {
    Expr result = operand;
    int chain = 0;
    while (true) {
      chain = chained(chain);
      if (tokens.isOperator("|")) {
        tokens.next();
        result = filter(result);
      } else if (tokens.isName("is")) {
        result = test(result);
      } else if (tokens.isOperator("(")) {
        result = new Expr.Call(tokens.current().place(), result, arguments());
      } else {
        return result;
      }
    }
  }

  private Expr attribute(Expr object) {
    SourcePosition place = tokens.next().place();
    Token token = tokens.next();
    if (token.kind() == Token.TokenType.NAME) {
      return new Expr.Attribute(place, object, token.text());
    } else if (token.kind() == Token.TokenType.NUMBER && Types.isInteger(token.value())) {
      return new Expr.Item(place, object, new Expr.Literal(token.place(), token.value()));
    }
    throw new TemplateException("expected a name or a number behind '.'", token.place());
  }

  private Expr subscript(Expr object) {
    SourcePosition place = tokens.next().place();
    if (tokens.isOperator("]")) {
      tokens.next();
      return new Expr.Item(place, object, new Expr.ListOf(place, true, List.of()));
    }
    Expr start = tokens.isOperator(":") ? none(place) : expressions.expression();
    Expr result;
    if (tokens.isOperator(":")) {
      tokens.next();
      Expr stop = bound(place);
      Expr step = tokens.skipOperator(":") ? bound(place) : none(place);
      result = new Expr.Slice(place, object, start, stop, step);
    } else if (tokens.isOperator(",")) {
      result = new Expr.Item(place, object, tupleKey(place, start));
    } else {
      result = new Expr.Item(place, object, start);
    }
    tokens.expectOperator("]");
    return result;
  }

  private Expr tupleKey(SourcePosition place, Expr first) {
    List<Expr> parts = new ArrayList<>();
    parts.add(first);
    while (tokens.skipOperator(",")) {
      parts.add(expressions.expression());
    }
    return new Expr.ListOf(place, true, List.copyOf(parts));
  }

  private Expr bound(SourcePosition place) {
    boolean absent = tokens.isOperator(":") || tokens.isOperator("]") || tokens.isOperator(",");
    return absent ? none(place) : expressions.expression();
  }

  private static Expr none(SourcePosition place) {
    return new Expr.Literal(place, None.NONE);
  }

  private Expr.Arguments arguments() {
    return new ArgumentParser(tokens, expressions).parse();
  }

  /** A filter behind its bar, or behind the word {@code filter} of a block. */
  Expr.Filtered filter(Expr value) {
    SourcePosition place = tokens.current().place();
    String name = dottedName();
    Expr.Arguments arguments = tokens.isOperator("(") ? arguments() : Expr.Arguments.NONE;
    Filters.Filter filter = Filters.find(name);
    if (filter == null) {
      expressions.unknown("filter", name, place);
    }
    return new Expr.Filtered(place, value, name, filter, arguments);
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expectName());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expectName());
    }
    return name.toString();
  }

  private Expr test(Expr value) {
    SourcePosition place = tokens.next().place();
    boolean negated = tokens.skipName("not");
    String name = dottedName();
    Expr.Arguments arguments = testArguments();
    Tests.Test test = Tests.find(name);
    if (test == null) {
      expressions.unknown("test", name, place);
    }
    Expr tested = new Expr.Tested(place, value, name, test, arguments);
    return negated ? new Expr.Not(place, tested) : tested;
  }

  private Expr.Arguments testArguments() {
    Token token = tokens.current();
    if (token.isOperator("(")) {
      return arguments();
    }
    boolean operand =
        switch (token.kind()) {
          case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
          case STRING, NUMBER -> true;
          case OPERATOR -> token.isOperator("[") || token.isOperator("{");
          default -> false;
        };
    if (!operand) {
      return Expr.Arguments.NONE;
    }
    if (token.isName("is")) {
      throw tokens.error("tests cannot be chained with 'is'");
    }
    Expr argument = postfix(primary());
    return new Expr.Arguments(List.of(argument), List.of(), List.of(), null, null);
  }
}
