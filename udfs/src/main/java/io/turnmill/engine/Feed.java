package io.turnmill.engine;

import io.turnmill.engine.Outcome.Failure;
import io.turnmill.engine.Outcome.FailureCode;
import io.turnmill.engine.Sequence.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * One thread's way into the engine and back: works go in while there is room, and come out when
 * they are done, in any order, each once. The thread that takes is the one on which works are asked
 * for requests and given outcomes. Only {@link #close} may be called by another.
 *
 * <p>There is room while fewer requests than the window are under way; a work without one, which is
 * done and not yet taken, counts as one. What a work asks is never refused, so a single work may
 * fill the window and more: then others wait. A work alone always has room.
 *
 * <p>A work whose methods throw comes out like any other, when what it had asked is answered, if it
 * takes the fault upon itself (see {@link Work#fail}).
 *
 * <pre>{@code
 * try (Feed<SessionWork> feed = engine.open(window)) {
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
  private static final Failure NOT_ASKED =
      new Failure(FailureCode.ENGINE_ERROR, "the engine was not asked");

  /** A work and how many of its requests the engine has. */
  private static final class Guest<W> {
    private final W work;
    private int outstanding;
    private boolean hasRun;

    /** It threw, and is asked nothing more. */
    private boolean failed;

    /** Of the requests that were handed out last: whether others came before, and may come. */
    private boolean followUp;

    private boolean goesOn;

    private Guest(W work) {
      this.work = work;
    }
  }

  private final Inbox<Sequence> inbox;
  private final Mailbox<Delivery> mailbox;
  private final Optional<Recalled<W>> recalled;
  private final int vocabSize;
  private final int window;
  private final IdentityHashMap<Request, Guest<W>> outstanding = new IdentityHashMap<>();
  private final Deque<Delivery> arrived = new ArrayDeque<>();
  private final Deque<W> finished = new ArrayDeque<>();
  private int size;

  /** Of all works, at least one for each. */
  private int requests;

  Feed(
      Inbox<Sequence> inbox,
      Mailbox<Delivery> mailbox,
      Optional<Recalled<W>> recalled,
      int vocabSize,
      int window) {
    this.inbox = inbox;
    this.mailbox = mailbox;
    this.recalled = recalled;
    this.vocabSize = vocabSize;
    this.window = window;
  }

  /** Whether one more work can be submitted. */
  public boolean hasRoom() {
    return requests < window;
  }

  /** Works that were submitted and not yet taken. */
  public int size() {
    return size;
  }

  /**
   * Hands in a work and asks it for its first requests.
   *
   * @throws EngineException when the engine has failed or is closed
   */
  public void submit(W work) {
    Integrity.check(hasRoom(), "a work was submitted to a full feed");
    size++;
    requests++;
    proceed(new Guest<>(work));
  }

  /**
   * A work that is done; waits until there is one.
   *
   * @throws EngineException when none will come: the engine has failed or is closed, or this feed
   *     is
   */
  public W take() throws InterruptedException {
    Integrity.check(size > 0, "nothing was submitted to this feed that could be taken");
    Optional<W> done = poll();
    while (done.isEmpty()) {
      arrived.addAll(mailbox.await());
      done = poll();
    }
    return done.get();
  }

  /**
   * A work that is done; where none is, waits a while for the engine to bring something. So a
   * thread that has something else to look after takes again and again.
   *
   * @param longest that it waits; nothing may be done even before that is over
   * @throws EngineException as {@link #take()} does
   */
  public Optional<W> take(Duration longest) throws InterruptedException {
    Integrity.check(size > 0, "nothing was submitted to this feed that could be taken");
    Optional<W> done = poll();
    if (done.isPresent()) {
      return done;
    }
    arrived.addAll(mailbox.await(longest.toNanos()));
    return poll();
  }

  /**
   * A work that is done, if there is one now. Between two calls no work of this feed makes a
   * further request, so call it now and then while the thread has other things to do.
   *
   * @throws EngineException as {@link #take()} does
   */
  public Optional<W> poll() {
    arrived.addAll(mailbox.poll());
    receive();
    if (finished.isEmpty()) {
      mailbox.requireMore();
      return Optional.empty();
    }
    size--;
    requests--;
    return Optional.of(finished.removeFirst());
  }

  /** All that has come goes to its works, so that what follows is in the engine's hands early. */
  private void receive() {
    while (!arrived.isEmpty()) {
      Delivery delivery = arrived.removeFirst();
      Guest<W> guest = outstanding.get(delivery.request());
      if (delivery.outcome().isPresent()) {
        outstanding.remove(delivery.request());
        outstanding(guest, -1);
        guarded(guest, () -> answer(guest, delivery.request(), delivery.outcome().get()));
        proceed(guest);
      } else {
        askInstead(guest, delivery.request());
      }
    }
  }

  private void answer(Guest<W> guest, Request request, Outcome outcome) {
    recalled.ifPresent(known -> known.answered(guest.work, request, outcome));
    if (!guest.failed) {
      guest.work.accept(request, outcome);
    }
  }

  /** Another request was to answer this one, and will not. */
  private void askInstead(Guest<W> guest, Request request) {
    List<Sequence> sequences = new ArrayList<>(1);
    if (guest.failed) {
      forget(guest, request);
    } else {
      guarded(guest, () -> toAsk(guest, request, false).ifPresent(sequences::add));
    }
    if (sequences.isEmpty()) {
      proceed(guest);
    } else {
      ask(sequences);
    }
  }

  private void proceed(Guest<W> guest) {
    List<Sequence> sequences = new ArrayList<>();
    if (!guest.failed) {
      guarded(guest, () -> next(guest, sequences));
    }
    if (!sequences.isEmpty()) {
      ask(sequences);
    } else if (guest.outstanding == 0) {
      finished.add(guest.work);
    }
  }

  /**
   * Adds what the engine is to be asked; where this throws, what was added is asked all the same.
   */
  private void next(Guest<W> guest, List<Sequence> sequences) {
    List<Request> asked = guest.work.next();
    if (!asked.isEmpty()) {
      guest.goesOn = guest.work.goesOn();
      guest.followUp = guest.hasRun;
    }
    guest.hasRun = true;
    for (Request request : asked) {
      requireInVocabulary(request);
      Integrity.check(!outstanding.containsKey(request), "a request was handed out twice");
      outstanding.put(request, guest);
      outstanding(guest, 1);
      toAsk(guest, request, true).ifPresent(sequences::add);
    }
    Integrity.check(
        guest.outstanding > 0 || guest.work.done(), "a work is not done and has no request to run");
  }

  /** What the engine is to be asked for a request, which is forgotten where this throws. */
  private Optional<Sequence> toAsk(Guest<W> guest, Request request, boolean mayBeKnown) {
    try {
      if (mayBeKnown && recalled.map(known -> known.answers(guest.work, request)).orElse(false)) {
        return Optional.empty();
      }
      return Optional.of(new Sequence(request, mailbox, guest.followUp, guest.goesOn));
    } catch (RuntimeException | Error thrown) {
      forget(guest, request);
      throw thrown;
    }
  }

  /** Takes back a request that the engine was not given; who waits for its reply learns of it. */
  private void forget(Guest<W> guest, Request request) {
    outstanding.remove(request);
    outstanding(guest, -1);
    recalled.ifPresent(known -> known.answered(guest.work, request, NOT_ASKED));
  }

  /** Whatever a work throws is its own affair, if it says so. */
  private void guarded(Guest<W> guest, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error thrown) {
      if (!guest.work.fail(thrown)) {
        throw thrown;
      }
      guest.failed = true;
    }
  }

  private void outstanding(Guest<W> guest, int more) {
    requests -= Math.max(1, guest.outstanding);
    guest.outstanding += more;
    requests += Math.max(1, guest.outstanding);
  }

  private void ask(List<Sequence> sequences) {
    try {
      inbox.submit(mailbox, sequences);
    } catch (EngineException e) {
      // The feed was closed by another thread, after which something was claimed once more.
      recalled.ifPresent(Recalled::close);
      throw e;
    }
  }

  /** An id outside the embedding would be a fault of the device, and end every other reply. */
  private void requireInVocabulary(Request request) {
    for (int i = 0; i < request.prompt().size(); i++) {
      int id = request.prompt().get(i);
      Integrity.check(id >= 0 && id < vocabSize, "a prompt has an id outside the vocabulary");
    }
  }

  /**
   * Takes all works of this feed out of the engine: waiting requests at once, running ones before
   * the engine's next step. Does nothing the second time.
   */
  @Override
  public void close() {
    mailbox.end(EngineException.closed("the feed"));
    inbox.withdraw(mailbox);
    recalled.ifPresent(Recalled::close);
  }
}
