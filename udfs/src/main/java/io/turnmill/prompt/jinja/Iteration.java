package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Going through values that can be gone through. */
final class Iteration {
  private Iteration() {}

  static boolean possible(Object value) {
    return value instanceof Seq
        || value instanceof Text
        || value instanceof Dict
        || value instanceof Lazy
        || value instanceof Undefined
        || value instanceof LoopState;
  }

  static Iterator<Object> of(Object value) {
    if (value instanceof Seq seq) {
      return seq.items().iterator();
    } else if (value instanceof Text text) {
      return new Characters(text.asPlain());
    } else if (value instanceof Dict dict) {
      return dict.keys().iterator();
    } else if (value instanceof Lazy lazy) {
      return lazy.items();
    } else if (value instanceof Undefined) {
      return Collections.emptyIterator();
    }
    throw new TemplateException(Types.name(value) + " cannot be iterated over");
  }

  /** All items; a fresh list, whoever asks owns it. */
  static List<Object> list(Object value, Run run) {
    if (value instanceof Seq seq) {
      run.made(seq.size());
      return new ArrayList<>(seq.items());
    }
    List<Object> items = new ArrayList<>();
    Iterator<Object> iterator = of(value);
    while (iterator.hasNext()) {
      run.step();
      items.add(iterator.next());
    }
    return items;
  }

  /** The size, -1 for what has none. */
  static int size(Object value) {
    if (value instanceof Text text) {
      return text.length();
    } else if (value instanceof Seq seq) {
      return seq.size();
    } else if (value instanceof Dict dict) {
      return dict.size();
    } else if (value instanceof Undefined) {
      return 0;
    } else if (value instanceof LoopState loop) {
      return loop.length();
    }
    return -1;
  }

  /** The characters of a text, one code point each. */
  private static final class Characters implements Iterator<Object> {
    private final Text text;
    private int at;

    Characters(Text text) {
      this.text = text;
    }

    @Override
    public boolean hasNext() {
      return at < text.units();
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int from = at;
      at += Character.charCount(text.value().codePointAt(at));
      return text.slice(from, at);
    }
  }
}
