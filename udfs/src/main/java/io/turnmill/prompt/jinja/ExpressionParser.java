package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Expressions, from the loosest binding operator to the tightest; operands are another class. */
final class ExpressionParser {
  /** Expressions inside one another, and operators in a row, that a template may have. */
  private static final int MAX_DEPTH = 100;

  private static final int MAX_CHAIN = 200;

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> SUMS = Set.of("+", "-");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");

  private final Tokens tokens;
  private final OperandParser operands;
  private int depth;

  /**
   * Whether a filter or test that nobody knows is an error only when it is asked for: so it is in
   * the branches of an {@code if}.
   */
  private boolean lenient;

  /** Unknown filters and tests met where the parser does not know yet whether that is an error. */
  private final List<TemplateException> unknown = new ArrayList<>();

  /** Names read since the macro around began. */
  private Set<String> namesRead = new HashSet<>();

  ExpressionParser(Tokens tokens, Symbols symbols) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, this, symbols);
  }

  OperandParser operands() {
    return operands;
  }

  void unknown(String kind, String name, SourcePosition place) {
    var error = new TemplateException("there is no " + kind + " named '" + name + "'", place);
    if (!lenient) {
      throw error;
    }
    unknown.add(error);
  }

  void nameRead(String name) {
    namesRead.add(name);
  }

  /** The names that are read while the body is parsed. */
  Set<String> namesReadIn(Runnable body) {
    Set<String> around = namesRead;
    namesRead = new HashSet<>();
    body.run();
    Set<String> read = namesRead;
    around.addAll(read);
    namesRead = around;
    return read;
  }

  /** Returns what it was before. */
  boolean setLenient(boolean wanted) {
    boolean before = lenient;
    lenient = wanted;
    return before;
  }

  void enter() {
    if (++depth > MAX_DEPTH) {
      throw tokens.error("the template nests deeper than " + MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }

  /** Counts operators in a row: each of them makes the tree one deeper. */
  private int chained(int chain) {
    if (chain >= MAX_CHAIN) {
      throw tokens.error("more than " + MAX_CHAIN + " operators in a row");
    }
    return chain + 1;
  }

  /** An expression, or a tuple of several with commas between. */
  Expr tuple(boolean conditional, boolean brackets) {
    SourcePosition place = tokens.current().place();
    List<Expr> items = new ArrayList<>();
    boolean tuple = false;
    while (true) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (endsTuple()) {
        break;
      }
      items.add(expression(conditional));
      if (!tokens.isOperator(",")) {
        break;
      }
      tuple = true;
    }
    if (!tuple && !items.isEmpty()) {
      return items.get(0);
    }
    if (!tuple && !brackets) {
      throw tokens.unexpected("an expression");
    }
    return new Expr.ListOf(place, true, List.copyOf(items));
  }

  private boolean endsTuple() {
    Token token = tokens.current();
    return token.kind() == Token.TokenType.PRINT_END
        || token.kind() == Token.TokenType.BLOCK_END
        || token.isOperator(")");
  }

  Expr expression() {
    return expression(true);
  }

  Expr expression(boolean conditional) {
    enter();
    Expr parsed = conditional ? conditional() : or();
    leave();
    return parsed;
  }

  private Expr conditional() {
    // Whether an "if" follows is known only behind the value: an unknown filter in it waits.
    boolean before = setLenient(true);
    int known = unknown.size();
    SourcePosition place = tokens.current().place();
    Expr value = or();
    boolean found = tokens.isName("if");
    int chain = 0;
    while (tokens.skipName("if")) {
      chain = chained(chain);
      Expr condition = or();
      Expr otherwise = null;
      if (tokens.skipName("else")) {
        enter();
        otherwise = conditional();
        leave();
      }
      value = new Expr.Conditional(place, condition, value, otherwise);
    }
    setLenient(before);
    if (!found && !before && unknown.size() > known) {
      throw unknown.get(known);
    }
    return value;
  }

  private Expr or() {
    Expr left = and();
    int chain = 0;
    while (tokens.isName("or")) {
      chain = chained(chain);
      SourcePosition place = tokens.next().place();
      left = new Expr.Logic(place, false, left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    int chain = 0;
    while (tokens.isName("and")) {
      chain = chained(chain);
      SourcePosition place = tokens.next().place();
      left = new Expr.Logic(place, true, left, not());
    }
    return left;
  }

  private Expr not() {
    if (!tokens.isName("not")) {
      return comparison();
    }
    enter();
    SourcePosition place = tokens.next().place();
    Expr negated = new Expr.Not(place, not());
    leave();
    return negated;
  }

  private Expr comparison() {
    SourcePosition place = tokens.current().place();
    Expr first = sum();
    List<String> operators = new ArrayList<>();
    List<Expr> rights = new ArrayList<>();
    while (true) {
      Token token = tokens.current();
      if (token.kind() == Token.TokenType.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (token.isName("not") && tokens.ahead().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      rights.add(sum());
    }
    return operators.isEmpty()
        ? first
        : new Expr.Comparison(place, first, List.copyOf(operators), List.copyOf(rights));
  }

  private boolean isOneOf(Set<String> operators) {
    Token token = tokens.current();
    return token.kind() == Token.TokenType.OPERATOR && operators.contains(token.text());
  }

  private Expr sum() {
    Expr left = concat();
    int chain = 0;
    while (isOneOf(SUMS)) {
      chain = chained(chain);
      Token operator = tokens.next();
      left = new Expr.Binary(operator.place(), operator.text(), left, concat());
    }
    return left;
  }

  private Expr concat() {
    SourcePosition place = tokens.current().place();
    Expr first = product();
    if (!tokens.isOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>();
    parts.add(first);
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expr.Concat(place, List.copyOf(parts));
  }

  private Expr product() {
    Expr left = operands.unary(true);
    int chain = 0;
    while (isOneOf(PRODUCTS)) {
      chain = chained(chain);
      Token operator = tokens.next();
      left = new Expr.Binary(operator.place(), operator.text(), left, operands.unary(true));
    }
    return left;
  }
}
