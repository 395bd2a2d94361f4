package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Works out expressions, in the scope that the {@link Renderer} has come to. */
final class Evaluator implements Expr.Visitor<Object> {
  /** Stands for a variable that is not set yet and hides one of the same name. */
  private static final Object HIDDEN = new Object();

  private final Run run;

  /** By the number of the name; null where there is no such variable. */
  private final Object[] globals;

  private VariableScope scope;

  Evaluator(Run run, Object[] globals, VariableScope scope) {
    this.run = run;
    this.globals = globals;
    this.scope = scope;
  }

  VariableScope scope() {
    return scope;
  }

  /** Returns the one before. */
  VariableScope enter(VariableScope next) {
    VariableScope before = scope;
    scope = next;
    return before;
  }

  Object eval(Expr e) {
    run.enter();
    try {
      Object value = e.accept(this);
      run.leave();
      return value;
    } catch (TemplateException error) {
      throw error.at(e.place());
    }
  }

  boolean truth(Expr e) {
    return Types.truth(eval(e));
  }

  @Override
  public Object literal(Expr.Literal e) {
    return e.value();
  }

  @Override
  public Object name(Expr.Name e) {
    Object value = lookUp(e.id());
    return value == null ? new Undefined("'" + e.name() + "' is undefined") : value;
  }

  /** Null if there is no such variable. */
  Object lookUp(int id) {
    Object value = scope.get(id);
    return value == null ? globals[id] : value == HIDDEN ? null : value;
  }

  /** Makes a variable that the template was given undefined in a scope, until it is set there. */
  void hide(int id, VariableScope in) {
    if (globals[id] != null) {
      in.set(id, HIDDEN);
    }
  }

  @Override
  public Object list(Expr.ListOf e) {
    List<Object> items = new ArrayList<>(e.items().size());
    for (Expr item : e.items()) {
      items.add(eval(item));
    }
    return Seq.of(e.tuple() ? Seq.PythonType.TUPLE : Seq.PythonType.LIST, items);
  }

  @Override
  public Object dict(Expr.DictOf e) {
    Dict dict = new Dict(e.keys().size());
    for (int i = 0; i < e.keys().size(); i++) {
      Object key = eval(e.keys().get(i));
      dict.put(key, eval(e.values().get(i)));
    }
    return dict;
  }

  @Override
  public Object attribute(Expr.Attribute e) {
    return Access.attribute(eval(e.object()), e.name());
  }

  @Override
  public Object item(Expr.Item e) {
    Object object = eval(e.object());
    return Access.item(object, eval(e.key()));
  }

  @Override
  public Object slice(Expr.Slice e) {
    Object object = eval(e.object());
    Object start = eval(e.start());
    Object stop = eval(e.stop());
    return Access.slice(object, start, stop, eval(e.step()), run);
  }

  @Override
  public Object call(Expr.Call e) {
    return call(e, null);
  }

  /**
   * @param caller what a call block hands over; null if there is none
   */
  Object call(Expr.Call e, Object caller) {
    Object function = eval(e.function());
    Args args = arguments(e.arguments(), caller);
    if (function instanceof Invocable invocable) {
      return invocable.call(args, run);
    } else if (function instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateException("a " + Types.name(function) + " cannot be called");
  }

  private Args arguments(Expr.Arguments arguments, Object caller) {
    if (arguments.isEmpty() && caller == null) {
      return Args.NONE;
    }
    List<Object> positional = new ArrayList<>(arguments.positional().size());
    for (Expr argument : arguments.positional()) {
      positional.add(eval(argument));
    }
    if (arguments.star() != null) {
      positional.addAll(Iteration.list(eval(arguments.star()), run));
    }
    if (arguments.named().isEmpty() && arguments.doubleStar() == null && caller == null) {
      return new Args(positional, Map.of());
    }
    return new Args(positional, named(arguments, caller));
  }

  private Map<String, Object> named(Expr.Arguments arguments, Object caller) {
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < arguments.named().size(); i++) {
      named.put(arguments.names().get(i), eval(arguments.named().get(i)));
    }
    if (caller != null && named.put("caller", caller) != null) {
      throw new TemplateException("a call block is given a second caller");
    }
    if (arguments.doubleStar() != null) {
      if (!(eval(arguments.doubleStar()) instanceof Dict dict)) {
        throw new TemplateException("what stands behind ** has to be a mapping");
      }
      dict.pairs(
          (key, value) -> {
            if (named.put(Types.text(key, "the name of an argument").value(), value) != null) {
              throw new TemplateException("an argument is given twice by its name");
            }
          });
    }
    return named;
  }

  @Override
  public Object filter(Expr.Filtered e) {
    return filter(e, null);
  }

  /**
   * @param input the text of a block that is filtered; null in an expression
   */
  Object filter(Expr.Filtered e, Object input) {
    Object value =
        e.value() == null
            ? input
            : e.value() instanceof Expr.Filtered inner && input != null
                ? filter(inner, input)
                : eval(e.value());
    if (e.filter() == null) {
      throw new TemplateException("there is no filter named '" + e.name() + "'", e.place());
    }
    return e.filter().apply(value, arguments(e.arguments(), null), run);
  }

  @Override
  public Object test(Expr.Tested e) {
    Object value = eval(e.value());
    if (e.test() == null) {
      throw new TemplateException("there is no test named '" + e.name() + "'", e.place());
    }
    return e.test().holds(value, arguments(e.arguments(), null), run);
  }

  @Override
  public Object sign(Expr.Sign e) {
    return Operators.sign(e.minus(), eval(e.value()));
  }

  @Override
  public Object binary(Expr.Binary e) {
    Object left = eval(e.left());
    return Operators.binary(e.operator(), left, eval(e.right()), run);
  }

  @Override
  public Object concat(Expr.Concat e) {
    TextBuilder out = new TextBuilder(run);
    for (Expr part : e.parts()) {
      out.append(Printer.text(eval(part), run));
    }
    return out.toText();
  }

  @Override
  public Object compare(Expr.Comparison e) {
    Object left = eval(e.first());
    for (int i = 0; i < e.operands().size(); i++) {
      Object right = eval(e.operands().get(i));
      if (!holds(e.operators().get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private boolean holds(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> Compare.equal(left, right);
      case "!=" -> !Compare.equal(left, right);
      case "in" -> Compare.contains(right, left, run);
      case "not in" -> !Compare.contains(right, left, run);
      default -> Compare.ordered(operator, left, right);
    };
  }

  @Override
  public Object logic(Expr.Logic e) {
    Object left = eval(e.left());
    return Types.truth(left) == e.and() ? eval(e.right()) : left;
  }

  @Override
  public Object not(Expr.Not e) {
    return !truth(e.value());
  }

  @Override
  public Object conditional(Expr.Conditional e) {
    if (truth(e.condition())) {
      return eval(e.then());
    }
    return e.otherwise() == null
        ? new Undefined("an inline 'if' without 'else' was false")
        : eval(e.otherwise());
  }
}
