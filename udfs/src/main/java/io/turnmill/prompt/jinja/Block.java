package io.turnmill.prompt.jinja;

import java.util.List;
import java.util.Set;

/** Statements that run in a scope of their own. */
final class Block {
  static final Block EMPTY = new Block(List.of());

  private final List<Stmt> statements;

  /**
   * Variables that are undefined when the block begins, even if the caller of the template gave
   * them. Set once, by {@link NameFlow}, before the template is handed out.
   */
  private List<Integer> unset = List.of();

  Block(List<Stmt> statements) {
    this.statements = List.copyOf(statements);
  }

  List<Stmt> statements() {
    return statements;
  }

  List<Integer> unset() {
    return unset;
  }

  void unset(Set<Integer> ids) {
    unset = List.copyOf(ids);
  }
}
