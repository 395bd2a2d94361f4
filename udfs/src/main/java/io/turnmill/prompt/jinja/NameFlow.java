package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds, as Jinja's compiler does, the variables of each block that are its own from the start: a
 * name that a block sets before it reads it, and that no block around it knows, is undefined until
 * then, also to the blocks inside, even where the template was given a value of that name.
 */
final class NameFlow implements Stmt.Visitor {
  private record Inner(Block block, Set<Integer> parameters, List<Expr> first, List<Expr> last) {}

  private final Set<Integer> outer;
  private final Set<Integer> known = new HashSet<>();
  private final Set<Integer> unset = new HashSet<>();
  private final List<Inner> inner = new ArrayList<>();
  private final NamesRead reads = new NamesRead(known::add);

  /** In a branch of an {@code if}, what is set need not be. */
  private boolean conditional;

  private NameFlow(Set<Integer> outer) {
    this.outer = outer;
  }

  static void mark(Block template) {
    mark(new Inner(template, Set.of(), List.of(), List.of()), Set.of());
  }

  private static void mark(Inner frame, Set<Integer> outer) {
    NameFlow flow = new NameFlow(outer);
    flow.known.addAll(frame.parameters());
    frame.first().forEach(flow.reads::read);
    flow.all(frame.block().statements());
    frame.last().forEach(flow.reads::read);
    if (!flow.unset.isEmpty()) {
      frame.block().unset(flow.unset);
    }
    flow.known.addAll(outer);
    flow.inner.forEach(child -> mark(child, flow.known));
  }

  private void all(List<Stmt> statements) {
    statements.forEach(statement -> statement.accept(this));
  }

  private void stored(int id) {
    if (known.add(id) && !outer.contains(id) && !conditional) {
      unset.add(id);
    }
  }

  private void stored(Target target) {
    if (target instanceof Target.Variable variable) {
      stored(variable.id());
    } else if (target instanceof Target.Member member) {
      known.add(member.id());
    } else if (target instanceof Target.Unpacked unpacked) {
      unpacked.parts().forEach(this::stored);
    }
  }

  private static Set<Integer> parameters(List<Target> targets) {
    Set<Integer> ids = new HashSet<>();
    for (Target target : targets) {
      if (target instanceof Target.Variable variable) {
        ids.add(variable.id());
      } else if (target instanceof Target.Unpacked unpacked) {
        ids.addAll(parameters(unpacked.parts()));
      }
    }
    return ids;
  }

  private void inner(Block block, Set<Integer> parameters) {
    inner.add(new Inner(block, parameters, List.of(), List.of()));
  }

  private void inner(Stmt.Signature signature) {
    Set<Integer> parameters = new HashSet<>(signature.ids());
    parameters.add(signature.callerId());
    parameters.add(signature.varargsId());
    parameters.add(signature.kwargsId());
    inner.add(new Inner(signature.body(), parameters, signature.defaults(), List.of()));
  }

  @Override
  public Stmt.Flow data(Stmt.Data s) {
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow print(Stmt.Print s) {
    reads.read(s.value());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow branch(Stmt.Branch s) {
    boolean before = conditional;
    for (int i = 0; i < s.bodies().size(); i++) {
      if (i < s.conditions().size()) {
        reads.read(s.conditions().get(i));
      }
      conditional = true;
      all(s.bodies().get(i));
    }
    conditional = before;
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow loop(Stmt.Loop s) {
    reads.read(s.items());
    inner(s.body(), parameters(List.of(s.target())));
    inner(s.otherwise(), Set.of());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow assign(Stmt.Assign s) {
    reads.read(s.value());
    stored(s.target());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow assignBlock(Stmt.AssignBlock s) {
    stored(s.target());
    inner(s.body(), Set.of());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow macro(Stmt.MacroDef s) {
    stored(s.id());
    inner(s.signature());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow callBlock(Stmt.CallBlock s) {
    reads.read(s.call());
    inner(s.caller());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow filterBlock(Stmt.FilterBlock s) {
    reads.read(s.filter());
    inner.add(new Inner(s.body(), Set.of(), List.of(), List.of(s.filter())));
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow generation(Stmt.Generation s) {
    inner(s.body(), Set.of());
    return Stmt.Flow.ON;
  }

  @Override
  public Stmt.Flow jump(Stmt.Jump s) {
    return Stmt.Flow.ON;
  }
}
