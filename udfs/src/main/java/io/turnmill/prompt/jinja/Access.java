package io.turnmill.prompt.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** {@code value.name}, {@code value[key]} and slices, within what the sandbox allows. */
final class Access {
  private Access() {}

  /** An attribute first, else an item of that name, else undefined. */
  static Object attribute(Object value, String name) {
    Object found = own(value, name);
    if (found == null && value instanceof Dict dict) {
      found = dict.get(Text.template(name));
    }
    return found == null ? missing(value, name) : found;
  }

  /** An item first, else an attribute of that name, else undefined. */
  static Object item(Object value, Object key) {
    Object found = null;
    if (value instanceof Dict dict) {
      found = Dict.isHashable(key) ? dict.get(key) : null;
    } else if (value instanceof Undefined undefined) {
      throw undefined.error();
    } else if (key instanceof Long || key instanceof Boolean) {
      found = at(value, Types.integer(key, "an index"));
    }
    if (found == null && key instanceof Text text) {
      found = own(value, text.value());
    }
    if (found != null) {
      return found;
    }
    return key instanceof Text text && !text.hasInput()
        ? missing(value, text.value())
        : new Undefined("a " + Types.name(value) + " has no such item");
  }

  private static Object at(Object value, long index) {
    if (value instanceof Seq seq && seq.kind().isIndexed()) {
      long at = index < 0 ? index + seq.size() : index;
      return at < 0 || at >= seq.size() ? null : seq.items().get((int) at);
    } else if (value instanceof Text text) {
      int length = text.length();
      long at = index < 0 ? index + length : index;
      if (at < 0 || at >= length) {
        return null;
      }
      int from = text.unitOf((int) at);
      return text.slice(from, from + Character.charCount(text.value().codePointAt(from)));
    }
    return null;
  }

  private static Undefined missing(Object value, String name) {
    return new Undefined("a " + Types.name(value) + " has no attribute or item '" + name + "'");
  }

  /** An attribute that the value itself has; null if it has none of that name. */
  private static Object own(Object value, String name) {
    if (value instanceof Text text) {
      return safe(StringMethods.find(text, name), value, name);
    } else if (value instanceof Dict dict) {
      return safe(ContainerMethods.ofDict(dict, name), value, name);
    } else if (value instanceof Namespace namespace) {
      return namespace.get(name);
    } else if (value instanceof LoopState loop) {
      return safe(loop.attribute(name), value, name);
    } else if (value instanceof Seq seq) {
      return safe(ContainerMethods.ofSeq(seq, name), value, name);
    } else if (value instanceof Undefined undefined) {
      Object internal = safe(null, value, name);
      if (internal == null) {
        throw undefined.error();
      }
      return internal;
    } else if (value instanceof Macro macro) {
      return safe(macro.attribute(name), value, name);
    }
    return safe(null, value, name);
  }

  /**
   * Python's own attributes, {@code __class__} and the like, are there for every value, and the
   * sandbox hands out something undefined in their place.
   */
  private static Object safe(Object found, Object value, String name) {
    if (found == null && name.startsWith("__") && name.endsWith("__") && name.length() > 4) {
      return new Undefined("access to '" + name + "' of a " + Types.name(value) + " is unsafe");
    }
    return found;
  }

  /** What was found, without the name in its error if that name is text of a conversation. */
  static Object unnamed(Object found, boolean nameIsInput) {
    return nameIsInput && found instanceof Undefined
        ? new Undefined("there is no such attribute or item")
        : found;
  }

  static Object slice(Object value, Object start, Object stop, Object step, Run run) {
    long by = step instanceof None ? 1 : bound(step);
    if (by == 0) {
      throw new TemplateException("the step of a slice cannot be zero");
    }
    boolean text = value instanceof Text;
    if (!text && !(value instanceof Seq seq && seq.kind().isIndexed())) {
      if (value instanceof Undefined undefined) {
        throw undefined.error();
      }
      throw new TemplateException("a " + Types.name(value) + " cannot be sliced");
    }
    long size = Iteration.size(value);
    long first = by > 0 ? 0 : size - 1;
    long last = by > 0 ? size : -1;
    long from = start instanceof None ? first : clip(bound(start), size, by);
    long to = stop instanceof None ? last : clip(bound(stop), size, by);
    if (text) {
      return slice((Text) value, from, to, by, run);
    }
    Seq seq = (Seq) value;
    List<Object> items = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      run.step();
      items.add(seq.items().get((int) i));
    }
    return Seq.of(seq.kind(), items);
  }

  private static Text slice(Text text, long from, long to, long by, Run run) {
    if (by == 1) {
      return from >= to
          ? text.slice(0, 0)
          : text.slice(text.unitOf((int) from), text.unitOf((int) to));
    }
    TextBuilder out = new TextBuilder(run);
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      run.step();
      int unit = text.unitOf((int) i);
      out.append(text, unit, unit + Character.charCount(text.value().codePointAt(unit)));
    }
    return out.toText().withSafe(text.isSafe());
  }

  private static long bound(Object value) {
    if (value instanceof BigInteger big) {
      return big.signum() < 0 ? -(1L << 40) : 1L << 40;
    }
    long number = Types.integer(value, "the bound of a slice");
    return Math.max(-(1L << 40), Math.min(1L << 40, number));
  }

  private static long clip(long at, long size, long by) {
    long inside = at < 0 ? at + size : at;
    return by > 0 ? Math.max(0, Math.min(size, inside)) : Math.max(-1, Math.min(size - 1, inside));
  }
}
