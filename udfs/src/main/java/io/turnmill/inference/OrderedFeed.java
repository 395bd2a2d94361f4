package io.turnmill.inference;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A feed whose works come out in the order in which they went in. Only one thread may use it, but
 * any thread may call {@link #close}.
 */
public final class OrderedFeed<W extends Work> implements AutoCloseable {
  private final Feed<W> feed;
  private final int most;

  /** The works that were submitted and not taken, in order. */
  private final Deque<W> works = new ArrayDeque<>();

  /** How many of them the feed has given back already. */
  private int ahead;

  /**
   * Owns {@code feed} from now on.
   *
   * @param most how many works may be submitted and not taken
   */
  public OrderedFeed(Feed<W> feed, int most) {
    this.feed = feed;
    this.most = most;
  }

  /** Whether one more work can be submitted. */
  public boolean hasRoom() {
    return works.size() < most && feed.hasRoom();
  }

  /** How many works were submitted and not yet taken. */
  public int size() {
    return works.size();
  }

  /** See {@link Feed#submit}. */
  public void submit(W work) {
    feed.submit(work);
    works.addLast(work);
  }

  /** See {@link Feed#flush}. */
  public void flush() {
    feed.flush();
  }

  /**
   * Takes out the work that was submitted first; waits until it is done.
   *
   * @throws BackendException when it will not be done any more, because a backend has failed or is
   *     closed, or this feed is closed
   */
  public W take() throws InterruptedException {
    Integrity.check(!works.isEmpty(), "nothing was submitted to this feed that could be taken");
    // One is taken for each that is returned, so that none is left behind in the feed.
    while (ahead == 0 || !works.getFirst().done()) {
      feed.take();
      ahead++;
    }
    ahead--;
    return works.removeFirst();
  }

  @Override
  public void close() {
    feed.close();
  }
}
