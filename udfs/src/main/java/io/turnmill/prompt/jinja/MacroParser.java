package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code macro} and {@code call} blocks. */
final class MacroParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final StatementParser statements;
  private final Symbols symbols;

  MacroParser(
      Tokens tokens, ExpressionParser expressions, StatementParser statements, Symbols symbols) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.statements = statements;
    this.symbols = symbols;
  }

  Stmt macro(SourcePosition place) {
    String name = tokens.current().text();
    int id = new TargetParser(tokens, symbols).variable();
    List<String> names = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    parameters(names, defaults);
    return new Stmt.MacroDef(place, id, body(name, names, defaults, "endmacro"));
  }

  Stmt call(SourcePosition place) {
    List<String> names = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    if (tokens.isOperator("(")) {
      parameters(names, defaults);
    }
    Expr call = expressions.expression();
    if (!(call instanceof Expr.Call called)) {
      throw new TemplateException("the tag 'call' needs a call", place);
    }
    return new Stmt.CallBlock(place, called, body("caller", names, defaults, "endcall"));
  }

  private void parameters(List<String> names, List<Expr> defaults) {
    boolean before = expressions.setLenient(false);
    TargetParser targets = new TargetParser(tokens, symbols);
    tokens.expectOperator("(");
    while (!tokens.isOperator(")")) {
      if (!names.isEmpty()) {
        tokens.expectOperator(",");
      }
      String name = tokens.current().text();
      targets.variable();
      if (names.contains(name)) {
        throw tokens.error("the parameter '" + name + "' occurs twice");
      }
      names.add(name);
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.error("a parameter without a default behind one that has it");
      }
    }
    tokens.expectOperator(")");
    expressions.setLenient(before);
  }

  private Stmt.Signature body(String name, List<String> names, List<Expr> defaults, String end) {
    List<Block> body = new ArrayList<>(1);
    Set<String> read = expressions.namesReadIn(() -> body.add(statements.closedBlock(end)));
    int explicit = names.indexOf("caller");
    if (read.contains("caller") && explicit >= 0 && explicit < names.size() - defaults.size()) {
      throw tokens.error("the parameter 'caller' needs a default");
    }
    List<Integer> ids = new ArrayList<>();
    names.forEach(parameter -> ids.add(symbols.id(parameter)));
    return new Stmt.Signature(
        name,
        List.copyOf(names),
        List.copyOf(ids),
        List.copyOf(defaults),
        special("caller", read, names),
        special("varargs", read, names),
        special("kwargs", read, names),
        body.get(0));
  }

  private int special(String name, Set<String> read, List<String> parameters) {
    return read.contains(name) && !parameters.contains(name) ? symbols.id(name) : -1;
  }
}
