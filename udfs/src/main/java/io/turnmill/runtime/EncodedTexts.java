package io.turnmill.runtime;

import io.turnmill.engine.EngineException;
import io.turnmill.engine.TextFeed;
import io.turnmill.engine.TextFeed.Result;
import io.turnmill.engine.TextRow;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * What becomes of the texts of one thread, in their order, each with the item that it came from.
 * Items are read as results are taken. Closing it takes the rest out of the engine; only that may
 * be done by another thread.
 *
 * @param <K> an item
 */
public final class EncodedTexts<K> implements Iterator<Result<K>>, AutoCloseable {
  private final Iterator<K> items;
  private final Function<K, TextRow> rows;
  private final TextFeed<K> feed;

  EncodedTexts(Iterator<K> items, Function<K, TextRow> rows, TextFeed<K> feed) {
    this.items = items;
    this.rows = rows;
    this.feed = feed;
  }

  @Override
  public boolean hasNext() {
    return feed.size() > 0 || items.hasNext();
  }

  /**
   * The next result; waits for it.
   *
   * @throws EngineException when it will not come
   */
  @Override
  public Result<K> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    while (feed.hasRoom() && items.hasNext()) {
      K item = items.next();
      feed.submit(item, rows.apply(item));
    }
    try {
      return feed.take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The thread was interrupted.", interrupted);
    }
  }

  @Override
  public void close() {
    feed.close();
  }
}
