package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;

/** The body of a template and its blocks; definitions of macros are another class. */
final class StatementParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final Symbols symbols;
  private final TargetParser targets;

  /** Loops around the current place that {@code break} can leave. */
  private int loops;

  StatementParser(Tokens tokens, Symbols symbols) {
    this.tokens = tokens;
    this.symbols = symbols;
    this.expressions = new ExpressionParser(tokens, symbols);
    this.targets = new TargetParser(tokens, symbols);
  }

  Block template() {
    Block body = new Block(body());
    if (tokens.current().kind() != Token.TokenType.END) {
      throw tokens.error("a block ends that did not begin: " + tokens.current().described());
    }
    NameFlow.mark(body);
    return body;
  }

  /** Statements up to a block that begins with one of these words; the word is current then. */
  private List<Stmt> body(String... ends) {
    expressions.enter();
    List<Stmt> body = new ArrayList<>();
    while (tokens.current().kind() != Token.TokenType.END) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> body.add(new Stmt.Data(token.place(), Text.template(token.text())));
        case PRINT_BEGIN -> {
          body.add(new Stmt.Print(token.place(), expressions.tuple(true, false)));
          tokens.expect(Token.TokenType.PRINT_END, "'}}'");
        }
        default -> {
          for (String end : ends) {
            if (tokens.isName(end)) {
              expressions.leave();
              return List.copyOf(body);
            }
          }
          statement(body);
          tokens.expect(Token.TokenType.BLOCK_END, "'%}'");
        }
      }
    }
    if (ends.length > 0) {
      throw tokens.unexpected("'" + ends[0] + "'");
    }
    expressions.leave();
    return List.copyOf(body);
  }

  /** A block's body, from the end of its first tag to the word of its last. */
  List<Stmt> block(boolean lenient, String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Token.TokenType.BLOCK_END, "'%}'");
    boolean before = expressions.setLenient(lenient);
    List<Stmt> body = body(ends);
    expressions.setLenient(before);
    return body;
  }

  Block wholeBlock(String end) {
    Block body = new Block(block(false, end));
    tokens.next();
    return body;
  }

  /** The body of what is called later: no loop around it can be left from inside. */
  Block closedBlock(String end) {
    int around = loops;
    loops = 0;
    Block body = wholeBlock(end);
    loops = around;
    return body;
  }

  private void statement(List<Stmt> body) {
    SourcePosition place = tokens.current().place();
    String word = tokens.expectName();
    MacroParser macros = new MacroParser(tokens, expressions, this, symbols);
    switch (word) {
      case "if" -> body.add(branch(place));
      case "for" -> body.add(loop(place));
      case "set" -> body.add(assign(place));
      case "macro" -> body.add(macros.macro(place));
      case "call" -> body.add(macros.call(place));
      case "print" -> print(place, body);
      case "filter" -> {
        boolean before = expressions.setLenient(false);
        Expr.Filtered filter = filters(expressions.operands().filter(null));
        expressions.setLenient(before);
        body.add(new Stmt.FilterBlock(place, filter, wholeBlock("endfilter")));
      }
      case "generation" -> body.add(new Stmt.Generation(place, closedBlock("endgeneration")));
      case "break" -> body.add(jump(place, Stmt.Flow.BREAK));
      case "continue" -> body.add(jump(place, Stmt.Flow.CONTINUE));
      default -> throw new TemplateException("the tag '" + word + "' is not supported", place);
    }
  }

  /** Further filters behind their bars; null if there is none at all. */
  private Expr.Filtered filters(Expr.Filtered first) {
    Expr.Filtered filter = first;
    while (tokens.skipOperator("|")) {
      filter = expressions.operands().filter(filter);
    }
    return filter;
  }

  private Stmt jump(SourcePosition place, Stmt.Flow flow) {
    if (loops == 0) {
      throw new TemplateException("a jump that is not inside a loop", place);
    }
    return new Stmt.Jump(place, flow);
  }

  private void print(SourcePosition place, List<Stmt> body) {
    boolean first = true;
    while (tokens.current().kind() != Token.TokenType.BLOCK_END) {
      if (!first) {
        tokens.expectOperator(",");
      }
      body.add(new Stmt.Print(place, expressions.expression()));
      first = false;
    }
  }

  private Stmt branch(SourcePosition place) {
    List<Expr> conditions = new ArrayList<>();
    List<List<Stmt>> bodies = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    boolean before = expressions.setLenient(true);
    while (true) {
      conditions.add(expressions.tuple(false, false));
      bodies.add(block(true, "elif", "else", "endif"));
      String word = tokens.next().text();
      if (word.equals("else")) {
        otherwise = block(true, "endif");
        tokens.next();
      }
      if (!word.equals("elif")) {
        break;
      }
    }
    expressions.setLenient(before);
    bodies.add(otherwise);
    return new Stmt.Branch(place, List.copyOf(conditions), List.copyOf(bodies));
  }

  private Stmt loop(SourcePosition place) {
    Target target = targets.targets("in");
    if (!tokens.skipName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expr items = expressions.tuple(false, false);
    boolean before = expressions.setLenient(false);
    Expr test = tokens.skipName("if") ? expressions.expression() : null;
    loops++;
    Block body = new Block(block(false, "endfor", "else"));
    loops--;
    Block otherwise = Block.EMPTY;
    if (tokens.next().isName("else")) {
      otherwise = wholeBlock("endfor");
    }
    expressions.setLenient(before);
    return new Stmt.Loop(place, target, items, test, body, otherwise);
  }

  private Stmt assign(SourcePosition place) {
    Target target = targets.assigned();
    if (tokens.skipOperator("=")) {
      return new Stmt.Assign(place, target, expressions.tuple(true, false));
    }
    boolean before = expressions.setLenient(false);
    Expr.Filtered filter = filters(null);
    expressions.setLenient(before);
    return new Stmt.AssignBlock(place, target, filter, wholeBlock("endset"));
  }
}
