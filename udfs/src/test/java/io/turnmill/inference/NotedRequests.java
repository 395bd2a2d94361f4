package io.turnmill.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A backend that answers nothing by itself: it notes what it is asked, and tests answer. */
final class NotedRequests implements Backend {
  private final SingleFlight singleFlight = new SingleFlight();
  private final List<Added> handedOver = new ArrayList<>();
  private Mailbox mailbox;
  private int open;

  record Added(Request request, boolean isFollowUp, boolean mayContinue) {}

  /** What was handed over since the last call. */
  List<Added> take() {
    List<Added> taken = List.copyOf(handedOver);
    handedOver.clear();
    return taken;
  }

  /** How many ports are open. */
  int open() {
    return open;
  }

  /** The mailbox of the feed that was opened last. */
  Mailbox mailbox() {
    return mailbox;
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo("noted", "none", 100, 100, List.of(), 0);
  }

  @Override
  public Port connect(Mailbox of) {
    mailbox = of;
    open++;
    List<Added> added = new ArrayList<>();
    return new Port() {
      @Override
      public int weight(Request request) {
        return 1;
      }

      @Override
      public void add(Request request, boolean isFollowUp, boolean mayContinue) {
        added.add(new Added(request, isFollowUp, mayContinue));
      }

      @Override
      public void endOfWork() {}

      @Override
      public void flush() {
        handedOver.addAll(added);
        added.clear();
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  @Override
  public SingleFlight singleFlight() {
    return singleFlight;
  }

  @Override
  public Metrics metrics() {
    return Metrics.ZERO;
  }

  @Override
  public boolean isAlive() {
    return true;
  }

  @Override
  public boolean awaitEnd(Duration longest) {
    return true;
  }

  @Override
  public void close() {}
}
