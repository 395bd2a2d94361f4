package io.turnmill.inference;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Through a feed one thread gives works to one or several {@link Backend}s: works go in while there
 * is room, and come out when they are done, in any order, each once. The feed belongs to one
 * thread, which also calls the methods of its works. Only {@link #close} may be called by another
 * thread.
 *
 * <p>There is room while the requests under way weigh less than the window of each {@link Route}. A
 * work that has no request under way, because it is done and not yet taken or because it has
 * yielded, weighs 1. Requests of a work are never refused, so a single work may fill the window and
 * more; then others wait. An empty feed always has room.
 *
 * <p>A work that has much to do before it can make its next requests does a part of it and yields
 * (see {@link Work#hasYielded}). Each {@link #poll} lets one such work continue, in turn, so that
 * the thread is never away for long.
 *
 * <p>A work whose methods throw comes out like any other after its requests are answered, if it
 * says that the fault is its own (see {@link Work#fail}).
 *
 * <pre>{@code
 * try (Feed<SessionWork> feed = backend.open(window)) {
 *   while (rows.hasNext() || feed.size() > 0) {
 *     while (feed.hasRoom() && rows.hasNext()) {
 *       feed.submit(toWork(rows.next()));
 *     }
 *     emit(feed.take());
 *   }
 * }
 * }</pre>
 */
public final class Feed<W extends Work> implements AutoCloseable {
  private static final Outcome.Failure NOT_ASKED =
      new Outcome.Failure(Outcome.FailureCode.ENGINE_ERROR, "the engine was not asked");

  /** The feed's side of one backend. */
  private static final class Lane<W extends Work> {
    private final Port port;
    private final int window;
    private final Optional<CachingFeed<W>> cached;

    /** The weight of the requests under way. */
    private long load;

    private Lane(Port port, int window, Optional<CachingFeed<W>> cached) {
      this.port = port;
      this.window = window;
      this.cached = cached;
    }

    private void close() {
      port.close();
      cached.ifPresent(CachingFeed::close);
    }
  }

  /** A work and how many of its requests are under way. */
  private static final class TrackedWork<W> {
    private final W work;
    private int outstanding;
    private boolean hasAsked;
    private boolean hasYielded;

    /** One of its methods threw, so none of them is called any more. */
    private boolean failed;

    /** Whether requests came before those that were handed out last. */
    private boolean isFollowUp;

    /** Whether requests may come after those that were handed out last. */
    private boolean mayContinue;

    private TrackedWork(W work) {
      this.work = work;
    }
  }

  /** A request under way. */
  private record RequestUnderWay<W extends Work>(TrackedWork<W> of, Lane<W> lane, int weight) {}

  private final Map<String, Lane<W>> lanes = new LinkedHashMap<>();
  private final Mailbox mailbox = new Mailbox();
  private final IdentityHashMap<Request, RequestUnderWay<W>> outstanding = new IdentityHashMap<>();
  private final Deque<Delivery> arrived = new ArrayDeque<>();
  private final Deque<W> finished = new ArrayDeque<>();

  /** The works that have yielded; the one that waits longest is first. */
  private final LinkedHashSet<TrackedWork<W>> yielded = new LinkedHashSet<>();

  private int size;

  /** How many works have no request under way. */
  private int idle;

  private Feed() {}

  /**
   * Opens a feed for one thread.
   *
   * @param routes the models that its works may ask, at least one
   * @param cache asked before the models; requests of one key are then computed once, even if
   *     several feeds ask at the same time
   * @throws BackendException when a backend has failed or is closed
   */
  public static <W extends Work> Feed<W> open(
      List<Route> routes, Optional<CompletionCache<W>> cache) {
    Feed<W> feed = new Feed<>();
    try {
      for (Route route : routes) {
        Integrity.check(
            !feed.lanes.containsKey(route.model()), "two models of a feed have one name");
        Optional<CachingFeed<W>> cached =
            cache.map(of -> new CachingFeed<>(of, route.backend(), feed.mailbox));
        Port port = route.backend().connect(feed.mailbox);
        feed.lanes.put(route.model(), new Lane<>(port, route.window(), cached));
      }
      return feed;
    } catch (RuntimeException | Error e) {
      feed.close();
      throw e;
    }
  }

  /** Whether one more work can be submitted. */
  public boolean hasRoom() {
    for (Lane<W> lane : lanes.values()) {
      if (lane.load + idle >= lane.window) {
        return false;
      }
    }
    return true;
  }

  /** How many works were submitted and not yet taken. */
  public int size() {
    return size;
  }

  /**
   * Takes in a work and asks it for its first requests.
   *
   * @throws BackendException when a backend has failed or is closed
   */
  public void submit(W work) {
    Integrity.check(hasRoom(), "a work was submitted to a full feed");
    size++;
    idle++;
    proceed(new TrackedWork<>(work));
    if (!hasRoom()) {
      flush();
    }
  }

  /**
   * Takes out a work that is done; waits until there is one.
   *
   * @throws BackendException when no work will be done any more, because a backend has failed or is
   *     closed, or this feed is closed
   */
  public W take() throws InterruptedException {
    Integrity.check(size > 0, "nothing was submitted to this feed that could be taken");
    Optional<W> done = poll();
    while (done.isEmpty()) {
      await(Long.MAX_VALUE);
      done = poll();
    }
    return done.get();
  }

  /**
   * Takes out a work that is done; if none is, waits a while for an answer of a backend. A thread
   * that has other things to look after calls this again and again.
   *
   * @param longest how long this waits at most; it may return nothing even earlier, and does so
   *     when a work has yielded
   * @throws BackendException as {@link #take()} does
   */
  public Optional<W> take(Duration longest) throws InterruptedException {
    Integrity.check(size > 0, "nothing was submitted to this feed that could be taken");
    Optional<W> done = poll();
    if (done.isPresent()) {
      return done;
    }
    await(longest.toNanos());
    return poll();
  }

  /** Waits for an answer, but not while a work can continue without one. */
  private void await(long nanos) throws InterruptedException {
    arrived.addAll(mailbox.await(yielded.isEmpty() ? nanos : 0));
  }

  /**
   * Takes out a work that is done, if there is one now. Works of this feed make further requests
   * only during such calls, so call this now and then while the thread has other things to do.
   *
   * @throws BackendException as {@link #take()} does
   */
  public Optional<W> poll() {
    arrived.addAll(mailbox.poll());
    receive();
    yielded.stream().findFirst().ifPresent(this::proceed);
    flush();
    if (finished.isEmpty()) {
      mailbox.requireMore();
      return Optional.empty();
    }
    size--;
    idle--;
    return Optional.of(finished.removeFirst());
  }

  /** Passes all requests on to the backends; {@link #take()} and {@link #poll} do so, too. */
  public void flush() {
    toBackends(
        () -> {
          for (Lane<W> lane : lanes.values()) {
            lane.port.flush();
          }
        });
  }

  /** Gives all answers that have come to their works, so that the next requests are made early. */
  private void receive() {
    while (!arrived.isEmpty()) {
      Delivery delivery = arrived.removeFirst();
      RequestUnderWay<W> asked = outstanding.get(delivery.request());
      if (delivery.outcome().isPresent()) {
        landed(delivery.request(), asked);
        guarded(asked.of(), () -> answer(asked, delivery.request(), delivery.outcome().get()));
        proceed(asked.of());
      } else {
        askInstead(asked, delivery.request());
      }
    }
  }

  private void answer(RequestUnderWay<W> asked, Request request, Outcome outcome) {
    W work = asked.of().work;
    asked.lane().cached.ifPresent(known -> known.answered(work, request, outcome));
    if (!asked.of().failed) {
      work.accept(request, outcome);
    }
  }

  /** Asks a request that waited for the reply to another one, which will not come. */
  private void askInstead(RequestUnderWay<W> asked, Request request) {
    boolean isAsked = false;
    if (asked.of().failed) {
      forget(asked, request);
    } else {
      isAsked = guarded(asked.of(), () -> ask(asked, request));
    }
    if (isAsked) {
      toBackends(asked.lane().port::endOfWork);
    } else {
      proceed(asked.of());
    }
  }

  private void proceed(TrackedWork<W> of) {
    yielded.remove(of);
    boolean continues = !of.failed && guarded(of, () -> next(of)) && of.hasYielded;
    if (continues) {
      yielded.add(of);
    }
    if (of.outstanding > 0) {
      toBackends(() -> lanes.values().forEach(lane -> lane.port.endOfWork()));
    } else if (!continues) {
      finished.add(of.work);
    }
  }

  /** Asks the next requests of a work. If one of them throws, those before it stay asked. */
  private void next(TrackedWork<W> of) {
    List<Request> requests = of.work.next();
    of.hasYielded = of.work.hasYielded();
    if (!requests.isEmpty()) {
      of.mayContinue = of.work.mayContinue();
      of.isFollowUp = of.hasAsked;
      of.hasAsked = true;
    }
    for (Request request : requests) {
      Lane<W> lane = lanes.get(request.model());
      Integrity.check(lane != null, "a request is for a model that the feed does not have");
      Integrity.check(!outstanding.containsKey(request), "a request was handed out twice");
      RequestUnderWay<W> asked = new RequestUnderWay<>(of, lane, lane.port.weight(request));
      underWay(request, asked);
      if (!isKnown(asked, request)) {
        ask(asked, request);
      }
    }
    Integrity.check(
        of.outstanding > 0 || of.hasYielded || of.work.done(),
        "a work is not done and has no request to run");
  }

  private boolean isKnown(RequestUnderWay<W> asked, Request request) {
    try {
      return asked
          .lane()
          .cached
          .map(known -> known.answers(asked.of().work, request))
          .orElse(false);
    } catch (RuntimeException | Error thrown) {
      forget(asked, request);
      throw thrown;
    }
  }

  /** Gives a request to its backend. If this throws, the request is forgotten. */
  private void ask(RequestUnderWay<W> asked, Request request) {
    try {
      asked.lane().port.add(request, asked.of().isFollowUp, asked.of().mayContinue);
    } catch (RuntimeException | Error thrown) {
      forget(asked, request);
      throw thrown;
    }
  }

  private void underWay(Request request, RequestUnderWay<W> asked) {
    outstanding.put(request, asked);
    asked.lane().load += asked.weight();
    if (asked.of().outstanding++ == 0) {
      idle--;
    }
  }

  private void landed(Request request, RequestUnderWay<W> asked) {
    outstanding.remove(request);
    asked.lane().load -= asked.weight();
    if (--asked.of().outstanding == 0) {
      idle++;
    }
  }

  /** Forgets a request that no backend was given, and tells other feeds that wait for its reply. */
  private void forget(RequestUnderWay<W> asked, Request request) {
    landed(request, asked);
    asked.lane().cached.ifPresent(known -> known.answered(asked.of().work, request, NOT_ASKED));
  }

  /**
   * Runs something that calls a work. What a work throws concerns that work alone, if it says so.
   *
   * @return whether nothing was thrown
   */
  private boolean guarded(TrackedWork<W> of, Runnable action) {
    try {
      action.run();
      return true;
    } catch (BackendException e) {
      throw e;
    } catch (RuntimeException | Error thrown) {
      if (!of.work.fail(thrown)) {
        throw thrown;
      }
      of.failed = true;
      return false;
    }
  }

  private void toBackends(Runnable action) {
    try {
      action.run();
    } catch (BackendException e) {
      // Another thread has closed the feed, and a request was claimed after that.
      lanes.values().forEach(lane -> lane.cached.ifPresent(CachingFeed::close));
      throw e;
    }
  }

  /**
   * Takes all requests of this feed out of its backends: waiting ones at once, running ones before
   * the next step. A second call does nothing.
   */
  @Override
  public void close() {
    mailbox.end(BackendException.closed("the feed"));
    lanes.values().forEach(Lane::close);
  }
}
