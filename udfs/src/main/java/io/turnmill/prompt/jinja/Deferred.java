package io.turnmill.prompt.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** Items that are worked out, errors included, when the first of them is asked for. */
final class Deferred implements Iterator<Object> {
  private final Supplier<Iterator<Object>> source;
  private Iterator<Object> items;

  private Deferred(Supplier<Iterator<Object>> source) {
    this.source = source;
  }

  static Iterator<Object> of(Supplier<Iterator<Object>> source) {
    return new Deferred(source);
  }

  @Override
  public boolean hasNext() {
    if (items == null) {
      items = source.get();
    }
    return items.hasNext();
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return items.next();
  }
}
