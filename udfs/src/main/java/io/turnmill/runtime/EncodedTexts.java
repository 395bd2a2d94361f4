package io.turnmill.runtime;

import io.turnmill.inference.BackendException;
import io.turnmill.inference.Encode;
import io.turnmill.inference.EncodeWork;
import io.turnmill.inference.OrderedFeed;
import io.turnmill.inference.Outcome;
import io.turnmill.runtime.EncodedTexts.Result;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * The results for the texts of one thread, in their order, each with the item that the text came
 * from. Items are read while results are taken. Closing this takes the remaining texts out of the
 * engine; any thread may do so.
 *
 * @param <K> an item
 */
public final class EncodedTexts<K> implements Iterator<Result<K>>, AutoCloseable {
  private final Iterator<K> items;
  private final Function<K, Encode> requests;
  private final OrderedFeed<EncodeWork<K>> feed;

  /** The outcome for a text, and the item that the text came from. */
  public record Result<K>(K key, Outcome outcome) {}

  EncodedTexts(Iterator<K> items, Function<K, Encode> requests, OrderedFeed<EncodeWork<K>> feed) {
    this.items = items;
    this.requests = requests;
    this.feed = feed;
  }

  @Override
  public boolean hasNext() {
    return feed.size() > 0 || items.hasNext();
  }

  /**
   * Returns the next result; waits for it.
   *
   * @throws BackendException when the result will not come
   */
  @Override
  public Result<K> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    while (feed.hasRoom() && items.hasNext()) {
      K item = items.next();
      feed.submit(new EncodeWork<>(item, requests.apply(item)));
    }
    try {
      EncodeWork<K> done = feed.take();
      return new Result<>(done.item(), done.outcome());
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
