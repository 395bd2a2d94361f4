package io.turnmill.prompt.jinja;

import java.util.List;

/** An expression of a template, parsed. */
sealed interface Expr {
  SourcePosition place();

  <R> R accept(Visitor<R> visitor);

  /** One case for each kind of expression. */
  interface Visitor<R> {
    R literal(Literal e);

    R name(Name e);

    R list(ListOf e);

    R dict(DictOf e);

    R attribute(Attribute e);

    R item(Item e);

    R slice(Slice e);

    R call(Call e);

    R filter(Filtered e);

    R test(Tested e);

    R sign(Sign e);

    R binary(Binary e);

    R concat(Concat e);

    R compare(Comparison e);

    R logic(Logic e);

    R not(Not e);

    R conditional(Conditional e);
  }

  record Literal(SourcePosition place, Object value) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.literal(this);
    }
  }

  /**
   * A variable.
   *
   * @param id the name's number in the {@link Symbols} of the template
   */
  record Name(SourcePosition place, String name, int id) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.name(this);
    }
  }

  record ListOf(SourcePosition place, boolean tuple, List<Expr> items) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.list(this);
    }
  }

  record DictOf(SourcePosition place, List<Expr> keys, List<Expr> values) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.dict(this);
    }
  }

  record Attribute(SourcePosition place, Expr object, String name) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.attribute(this);
    }
  }

  record Item(SourcePosition place, Expr object, Expr key) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.item(this);
    }
  }

  /** Bounds that are not given are the literal none. */
  record Slice(SourcePosition place, Expr object, Expr start, Expr stop, Expr step)
      implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.slice(this);
    }
  }

  /**
   * What stands in the brackets of a call; {@code null} where there is no {@code *} or {@code **}.
   */
  record Arguments(
      List<Expr> positional, List<String> names, List<Expr> named, Expr star, Expr doubleStar) {
    static final Arguments NONE = new Arguments(List.of(), List.of(), List.of(), null, null);

    boolean isEmpty() {
      return positional.isEmpty() && named.isEmpty() && star == null && doubleStar == null;
    }
  }

  record Call(SourcePosition place, Expr function, Arguments arguments) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.call(this);
    }
  }

  /**
   * A value and the filter it goes through.
   *
   * @param value null in {@code {% filter … %}}, which filters the text of its block
   * @param filter null if there is none of that name, an error when it is asked for
   */
  record Filtered(
      SourcePosition place, Expr value, String name, Filters.Filter filter, Arguments arguments)
      implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.filter(this);
    }
  }

  /**
   * A value and the question asked of it.
   *
   * @param test null if there is none of that name, an error when it is asked for
   */
  record Tested(SourcePosition place, Expr value, String name, Tests.Test test, Arguments arguments)
      implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.test(this);
    }
  }

  record Sign(SourcePosition place, boolean minus, Expr value) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sign(this);
    }
  }

  record Binary(SourcePosition place, String operator, Expr left, Expr right) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.binary(this);
    }
  }

  record Concat(SourcePosition place, List<Expr> parts) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.concat(this);
    }
  }

  /** {@code a < b < c}: each operator stands before the operand of the same index. */
  record Comparison(SourcePosition place, Expr first, List<String> operators, List<Expr> operands)
      implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.compare(this);
    }
  }

  record Logic(SourcePosition place, boolean and, Expr left, Expr right) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.logic(this);
    }
  }

  record Not(SourcePosition place, Expr value) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.not(this);
    }
  }

  /**
   * An inline {@code if}.
   *
   * @param otherwise null if there is no {@code else}
   */
  record Conditional(SourcePosition place, Expr condition, Expr then, Expr otherwise)
      implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.conditional(this);
    }
  }
}
