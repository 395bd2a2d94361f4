package io.turnmill.prompt.jinja;

import java.util.List;
import java.util.function.IntConsumer;

/** Tells the numbers of all names that an expression reads. */
final class NamesRead implements Expr.Visitor<Boolean> {
  private final IntConsumer found;

  NamesRead(IntConsumer found) {
    this.found = found;
  }

  Boolean read(Expr e) {
    return e == null || e.accept(this);
  }

  private Boolean all(List<Expr> expressions) {
    expressions.forEach(this::read);
    return true;
  }

  private Boolean all(Expr.Arguments arguments) {
    all(arguments.positional());
    all(arguments.named());
    read(arguments.star());
    return read(arguments.doubleStar());
  }

  @Override
  public Boolean literal(Expr.Literal e) {
    return true;
  }

  @Override
  public Boolean name(Expr.Name e) {
    found.accept(e.id());
    return true;
  }

  @Override
  public Boolean list(Expr.ListOf e) {
    return all(e.items());
  }

  @Override
  public Boolean dict(Expr.DictOf e) {
    all(e.keys());
    return all(e.values());
  }

  @Override
  public Boolean attribute(Expr.Attribute e) {
    return read(e.object());
  }

  @Override
  public Boolean item(Expr.Item e) {
    read(e.object());
    return read(e.key());
  }

  @Override
  public Boolean slice(Expr.Slice e) {
    read(e.object());
    read(e.start());
    read(e.stop());
    return read(e.step());
  }

  @Override
  public Boolean call(Expr.Call e) {
    read(e.function());
    return all(e.arguments());
  }

  @Override
  public Boolean filter(Expr.Filtered e) {
    read(e.value());
    return all(e.arguments());
  }

  @Override
  public Boolean test(Expr.Tested e) {
    read(e.value());
    return all(e.arguments());
  }

  @Override
  public Boolean sign(Expr.Sign e) {
    return read(e.value());
  }

  @Override
  public Boolean binary(Expr.Binary e) {
    read(e.left());
    return read(e.right());
  }

  @Override
  public Boolean concat(Expr.Concat e) {
    return all(e.parts());
  }

  @Override
  public Boolean compare(Expr.Comparison e) {
    read(e.first());
    return all(e.operands());
  }

  @Override
  public Boolean logic(Expr.Logic e) {
    read(e.left());
    return read(e.right());
  }

  @Override
  public Boolean not(Expr.Not e) {
    return read(e.value());
  }

  @Override
  public Boolean conditional(Expr.Conditional e) {
    read(e.condition());
    read(e.then());
    return read(e.otherwise());
  }
}
