package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What stands on the left of an assignment or behind {@code for}. */
final class TargetParser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "false", "none", "True", "False", "None");

  private final Tokens tokens;
  private final Symbols symbols;
  private int depth;

  TargetParser(Tokens tokens, Symbols symbols) {
    this.tokens = tokens;
    this.symbols = symbols;
  }

  /** Of {@code set}: variables, or attributes of a namespace. */
  Target assigned() {
    return several(true);
  }

  /** Variables only. */
  Target targets(String... ends) {
    return several(false, ends);
  }

  int variable() {
    Token token = tokens.current();
    String name = tokens.expectName();
    if (CONSTANTS.contains(name)) {
      throw new TemplateException("'" + name + "' cannot be assigned to", token.place());
    }
    return symbols.id(name);
  }

  private Target several(boolean members, String... ends) {
    SourcePosition place = tokens.current().place();
    List<Target> parts = new ArrayList<>();
    boolean tuple = false;
    while (true) {
      if (!parts.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (isEnd(ends)) {
        break;
      }
      parts.add(one(members));
      if (!tokens.isOperator(",")) {
        break;
      }
      tuple = true;
    }
    if (parts.isEmpty()) {
      throw tokens.unexpected("a name");
    }
    return tuple ? new Target.Unpacked(place, List.copyOf(parts)) : parts.get(0);
  }

  private boolean isEnd(String... ends) {
    Token token = tokens.current();
    for (String end : ends) {
      if (token.isName(end)) {
        return true;
      }
    }
    return token.kind() == Token.TokenType.BLOCK_END
        || token.isOperator(")")
        || token.isOperator("=");
  }

  private Target one(boolean members) {
    Token token = tokens.current();
    if (tokens.skipOperator("(")) {
      if (++depth > 20) {
        throw tokens.error("the template nests deeper than 20");
      }
      Target inside = several(false);
      tokens.expectOperator(")");
      depth--;
      return inside;
    }
    int id = variable();
    if (members && tokens.skipOperator(".")) {
      return new Target.Member(token.place(), id, tokens.expectName());
    }
    return new Target.Variable(id);
  }
}
