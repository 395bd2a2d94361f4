package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The variable {@code loop} of one loop under way. */
final class LoopState {
  private Iterator<Object> items;
  private final Run run;
  private int length;
  private int index0 = -1;
  private Object before;
  private Object current;
  private Object after;
  private Object lastChanged;

  /**
   * @param length -1 if only going through the items tells
   */
  LoopState(Iterator<Object> items, int length, Run run) {
    this.items = items;
    this.length = length;
    this.run = run;
  }

  boolean advance() {
    Object next = peek();
    if (next == null) {
      return false;
    }
    after = null;
    index0++;
    before = current;
    current = next;
    return true;
  }

  Object current() {
    return current;
  }

  private Object peek() {
    if (after == null && items.hasNext()) {
      after = items.next();
    }
    return after;
  }

  int length() {
    if (length < 0) {
      List<Object> rest = new ArrayList<>();
      while (items.hasNext()) {
        run.step();
        rest.add(items.next());
      }
      items = rest.iterator();
      length = rest.size() + index0 + 1 + (after == null ? 0 : 1);
    }
    return length;
  }

  /** Null if there is none of that name. */
  Object attribute(String name) {
    return switch (name) {
      case "index" -> index0 + 1L;
      case "index0" -> (long) index0;
      case "first" -> index0 == 0;
      case "last" -> peek() == null;
      case "length" -> (long) length();
      case "revindex" -> (long) length() - index0;
      case "revindex0" -> (long) length() - index0 - 1;
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "previtem" -> index0 == 0 ? new Undefined("there is no previous item") : before;
      case "nextitem" -> peek() == null ? new Undefined("there is no next item") : after;
      case "cycle" -> new Method(name, (args, r) -> cycle(args));
      case "changed" -> new Method(name, (args, r) -> changed(args));
      default -> null;
    };
  }

  private Object cycle(Args args) {
    if (args.count() == 0 || !args.named().isEmpty()) {
      throw new TemplateException("loop.cycle needs values to choose from");
    }
    return args.positional().get(index0 % args.count());
  }

  private Object changed(Args args) {
    if (!args.named().isEmpty()) {
      throw new TemplateException("loop.changed takes no arguments by name");
    }
    Object now = Seq.tuple(args.positional().toArray());
    boolean changed = lastChanged == null || !Compare.equal(lastChanged, now);
    lastChanged = now;
    return changed;
  }
}
