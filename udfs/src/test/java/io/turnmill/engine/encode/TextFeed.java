package io.turnmill.engine.encode;

import io.turnmill.inference.Backend;
import io.turnmill.inference.Encode;
import io.turnmill.inference.EncodeWork;
import io.turnmill.inference.OrderedFeed;
import io.turnmill.inference.TextRow;

/** Texts to an encoder and what became of them, in order, each with a key. */
public final class TextFeed<K> implements AutoCloseable {
  private final OrderedFeed<EncodeWork<K>> feed;

  private TextFeed(OrderedFeed<EncodeWork<K>> feed) {
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
    feed.submit(new EncodeWork<>(key, new Encode(row, 0)));
  }

  void flush() {
    feed.flush();
  }

  EncodeWork<K> take() throws InterruptedException {
    return feed.take();
  }

  @Override
  public void close() {
    feed.close();
  }
}
