package io.turnmill.runtime;

import io.turnmill.inference.BackendException;
import io.turnmill.inference.Encode;
import io.turnmill.inference.OrderedFeed;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.Work;
import io.turnmill.runtime.EncodedTexts.Result;
import java.util.Iterator;
import java.util.List;
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

  /** The work of encoding one text. */
  static final class EncodeWork<K> implements Work {
    private final K item;
    private final Encode request;
    private boolean asked;
    private Outcome outcome;

    private EncodeWork(K item, Encode request) {
      this.item = item;
      this.request = request;
    }

    @Override
    public List<Request> next() {
      List<Request> now = asked ? List.of() : List.of(request);
      asked = true;
      return now;
    }

    @Override
    public void accept(Request answered, Outcome of) {
      outcome = of;
    }

    @Override
    public boolean done() {
      return outcome != null;
    }
  }

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
      return new Result<>(done.item, done.outcome);
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
