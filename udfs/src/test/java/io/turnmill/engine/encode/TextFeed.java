package io.turnmill.engine.encode;

import io.turnmill.inference.Backend;
import io.turnmill.inference.Encode;
import io.turnmill.inference.OrderedFeed;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.TextRow;
import io.turnmill.inference.Work;
import java.util.List;

/** Texts to an encoder and what became of them, in order, each with a key. */
public final class TextFeed<K> implements AutoCloseable {
  private final OrderedFeed<OneText<K>> feed;

  record Result<K>(K key, Outcome outcome) {}

  private static final class OneText<K> implements Work {
    private final K key;
    private final Encode request;
    private boolean asked;
    private Outcome outcome;

    private OneText(K key, TextRow row) {
      this.key = key;
      this.request = new Encode(row, 0);
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

  private TextFeed(OrderedFeed<OneText<K>> feed) {
    this.feed = feed;
  }

  static <K> TextFeed<K> open(Backend engine, EncoderEngineConfig config) {
    return new TextFeed<>(new OrderedFeed<>(engine.open(config.feedWindow()), Integer.MAX_VALUE));
  }

  boolean hasRoom() {
    return feed.hasRoom();
  }

  int size() {
    return feed.size();
  }

  void submit(K key, TextRow row) {
    feed.submit(new OneText<>(key, row));
  }

  void flush() {
    feed.flush();
  }

  Result<K> take() throws InterruptedException {
    OneText<K> done = feed.take();
    return new Result<>(done.key, done.outcome);
  }

  @Override
  public void close() {
    feed.close();
  }
}
