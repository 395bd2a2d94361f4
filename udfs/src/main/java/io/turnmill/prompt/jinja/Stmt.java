package io.turnmill.prompt.jinja;

import java.util.List;

/** A piece of a template's body, parsed. */
sealed interface Stmt {
  SourcePosition place();

  Flow accept(Visitor visitor);

  /** How a statement ended. */
  enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  /** One case for each kind of statement. */
  interface Visitor {
    Flow data(Data s);

    Flow print(Print s);

    Flow branch(Branch s);

    Flow loop(Loop s);

    Flow assign(Assign s);

    Flow assignBlock(AssignBlock s);

    Flow macro(MacroDef s);

    Flow callBlock(CallBlock s);

    Flow filterBlock(FilterBlock s);

    Flow generation(Generation s);

    Flow jump(Jump s);
  }

  record Data(SourcePosition place, Text text) implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.data(this);
    }
  }

  record Print(SourcePosition place, Expr value) implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.print(this);
    }
  }

  /** {@code if … elif … else}: one body more than conditions, the last may be empty. */
  record Branch(SourcePosition place, List<Expr> conditions, List<List<Stmt>> bodies)
      implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.branch(this);
    }
  }

  /**
   * A loop over items, with what to print if there are none.
   *
   * @param test null if all items are wanted
   */
  record Loop(
      SourcePosition place, Target target, Expr items, Expr test, Block body, Block otherwise)
      implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.loop(this);
    }
  }

  record Assign(SourcePosition place, Target target, Expr value) implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.assign(this);
    }
  }

  /**
   * What a block prints, as the value of a variable.
   *
   * @param filter null if the text of the block is the value
   */
  record AssignBlock(SourcePosition place, Target target, Expr.Filtered filter, Block body)
      implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.assignBlock(this);
    }
  }

  /**
   * The parameters and body of a macro or of a call block.
   *
   * @param defaults of the last parameters, as many as have one
   * @param callerId the number of {@code caller} if the body speaks of it, else -1; likewise the
   *     others
   */
  record Signature(
      String name,
      List<String> parameters,
      List<Integer> ids,
      List<Expr> defaults,
      int callerId,
      int varargsId,
      int kwargsId,
      Block body) {}

  record MacroDef(SourcePosition place, int id, Signature signature) implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.macro(this);
    }
  }

  record CallBlock(SourcePosition place, Expr.Call call, Signature caller) implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.callBlock(this);
    }
  }

  record FilterBlock(SourcePosition place, Expr.Filtered filter, Block body) implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.filterBlock(this);
    }
  }

  /** {@code {% generation %}}: marks what the assistant said; prints its body. */
  record Generation(SourcePosition place, Block body) implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.generation(this);
    }
  }

  record Jump(SourcePosition place, Flow flow) implements Stmt {
    @Override
    public Flow accept(Visitor visitor) {
      return visitor.jump(this);
    }
  }
}
