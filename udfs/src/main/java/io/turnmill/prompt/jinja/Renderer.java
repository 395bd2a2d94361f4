package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Carries out statements: one rendering of one template, on one thread. */
final class Renderer implements Stmt.Visitor {
  private final Run run;
  private final Evaluator evaluator;
  private final int loopId;
  private TextBuilder out;

  Renderer(Run run, Object[] globals, int loopId) {
    this.run = run;
    this.evaluator = new Evaluator(run, globals, new VariableScope(null));
    this.loopId = loopId;
    this.out = new TextBuilder(run, 1024);
  }

  Text render(Block body) {
    all(body, evaluator.scope());
    return out.toText();
  }

  private Stmt.Flow all(List<Stmt> body) {
    for (int i = 0; i < body.size(); i++) {
      Stmt statement = body.get(i);
      run.enter();
      Stmt.Flow flow;
      try {
        flow = statement.accept(this);
      } catch (TemplateException error) {
        throw error.at(statement.place());
      }
      run.leave();
      if (flow != Stmt.Flow.ON) {
        return flow;
      }
    }
    return Stmt.Flow.ON;
  }

  /** A block in its scope, in which its own variables are not to be seen before they are set. */
  private Stmt.Flow all(Block block, VariableScope scope) {
    List<Integer> unset = block.unset();
    for (int i = 0; i < unset.size(); i++) {
      evaluator.hide(unset.get(i), scope);
    }
    return all(block.statements());
  }

  /** The text that a body prints in the given scope. */
  private Text captured(Block body, VariableScope scope) {
    TextBuilder around = out;
    VariableScope before = evaluator.enter(scope);
    out = new TextBuilder(run);
    captureFlow = all(body, scope);
    Text text = out.toText();
    out = around;
    evaluator.enter(before);
    return text;
  }

  /** How the body captured last ended. */
  private Stmt.Flow captureFlow = Stmt.Flow.ON;

  private VariableScope inner() {
    return new VariableScope(evaluator.scope());
  }

  Text macroBody(Stmt.Signature signature, VariableScope scope, Object... given) {
    VariableScope before = evaluator.enter(scope);
    int required = given.length - signature.defaults().size();
    for (int i = 0; i < given.length; i++) {
      Object value = given[i];
      if (value == null) {
        String name = signature.parameters().get(i);
        value =
            i < required
                ? new Undefined("parameter '" + name + "' was not provided")
                : evaluator.eval(signature.defaults().get(i - required));
      }
      scope.set(signature.ids().get(i), value);
    }
    evaluator.enter(before);
    return captured(signature.body(), scope);
  }

  @Override
  public Stmt.Flow data(Stmt.Data s) {
    out.append(s.text());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow print(Stmt.Print s) {
    out.append(Printer.text(evaluator.eval(s.value()), run));
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow branch(Stmt.Branch s) {
    int chosen = 0;
    while (chosen < s.conditions().size() && !evaluator.truth(s.conditions().get(chosen))) {
      chosen++;
    }
    return all(s.bodies().get(chosen));
  }

  @Override
  public Stmt.Flow loop(Stmt.Loop s) {
    Object items = evaluator.eval(s.items());
    VariableScope outside = evaluator.scope();
    VariableScope scope = new VariableScope(outside);
    Iterator<Object> iterator = Iteration.of(items);
    boolean filtered = s.test() != null;
    LoopState loop =
        new LoopState(
            filtered ? new Wanted(iterator, s, inner()) : iterator,
            filtered ? -1 : Iteration.size(items),
            run);
    // As in Jinja, a turn that ends early by break or continue does not count for the else.
    boolean any = false;
    evaluator.enter(scope);
    while (loop.advance()) {
      scope.clear();
      scope.set(loopId, loop);
      assign(s.target(), loop.current(), scope);
      Stmt.Flow ended = all(s.body(), scope);
      any |= ended == Stmt.Flow.ON;
      if (ended == Stmt.Flow.BREAK) {
        break;
      }
    }
    Stmt.Flow flow = Stmt.Flow.ON;
    if (!any) {
      VariableScope otherwise = new VariableScope(outside);
      evaluator.enter(otherwise);
      flow = all(s.otherwise(), otherwise);
    }
    evaluator.enter(outside);
    return flow;
  }

  /** The items of a loop for which its {@code if} holds. */
  private final class Wanted implements Iterator<Object> {
    private final Iterator<Object> items;
    private final Stmt.Loop loop;
    private final VariableScope scope;
    private final List<Object> ahead = new ArrayList<>(1);

    Wanted(Iterator<Object> items, Stmt.Loop loop, VariableScope scope) {
      this.items = items;
      this.loop = loop;
      this.scope = scope;
    }

    @Override
    public boolean hasNext() {
      while (ahead.isEmpty() && items.hasNext()) {
        run.step();
        Object item = items.next();
        VariableScope before = evaluator.enter(scope);
        assign(loop.target(), item, scope);
        if (evaluator.truth(loop.test())) {
          ahead.add(item);
        }
        evaluator.enter(before);
      }
      return !ahead.isEmpty();
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException();
      }
      return ahead.remove(0);
    }
  }

  private void assign(Target target, Object value, VariableScope scope) {
    if (target instanceof Target.Variable variable) {
      scope.set(variable.id(), value);
    } else if (target instanceof Target.Member member) {
      namespace(member).set(member.attribute(), value);
    } else if (target instanceof Target.Unpacked unpacked) {
      List<Object> items = Iteration.list(value, run);
      if (items.size() != unpacked.parts().size()) {
        throw new TemplateException(
            "cannot unpack " + items.size() + " items to " + unpacked.parts().size(),
            unpacked.place());
      }
      for (int i = 0; i < items.size(); i++) {
        assign(unpacked.parts().get(i), items.get(i), scope);
      }
    }
  }

  private Namespace namespace(Target.Member member) {
    if (evaluator.lookUp(member.id()) instanceof Namespace namespace) {
      return namespace;
    }
    throw new TemplateException("only a namespace has attributes that can be set", member.place());
  }

  @Override
  public Stmt.Flow assign(Stmt.Assign s) {
    if (s.target() instanceof Target.Member member) {
      namespace(member);
    }
    assign(s.target(), evaluator.eval(s.value()), evaluator.scope());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow assignBlock(Stmt.AssignBlock s) {
    Object value = captured(s.body(), inner());
    Stmt.Flow flow = captureFlow;
    if (flow == Stmt.Flow.ON) {
      value = s.filter() == null ? value : evaluator.filter(s.filter(), value);
      assign(s.target(), value, evaluator.scope());
    }
    return flow;
  }

  @Override
  public Stmt.Flow macro(Stmt.MacroDef s) {
    evaluator.scope().set(s.id(), new Macro(s.signature(), evaluator.scope(), this));
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow callBlock(Stmt.CallBlock s) {
    Macro caller = new Macro(s.caller(), evaluator.scope(), this);
    out.append(Types.text(evaluator.call(s.call(), caller), "what a call block prints"));
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow filterBlock(Stmt.FilterBlock s) {
    Text text = captured(s.body(), inner());
    Stmt.Flow flow = captureFlow;
    if (flow == Stmt.Flow.ON) {
      out.append(Types.text(evaluator.filter(s.filter(), text), "what a filter block prints"));
    }
    return flow;
  }

  @Override
  public Stmt.Flow generation(Stmt.Generation s) {
    out.append(captured(s.body(), inner()));
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow jump(Stmt.Jump s) {
    return s.flow();
  }
}
