package io.turnmill.testing;

import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendInfo;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Port;
import io.turnmill.inference.Request;
import io.turnmill.inference.SingleFlight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A backend without an engine. Requests come to it when a feed flushes; it answers them at once, or
 * keeps those of a single feed for the test to answer.
 */
public final class FakeBackend implements Backend {
  private final BackendInfo info;
  private final Optional<Function<Request, Outcome>> answers;
  private final SingleFlight singleFlight = new SingleFlight();
  private final List<Added> handedOver = new ArrayList<>();
  private Mailbox mailbox;
  private int open;

  /** A request with what the feed says of its work. */
  public record Added(Request request, boolean isFollowUp, boolean mayContinue) {}

  private FakeBackend(BackendInfo info, Optional<Function<Request, Outcome>> answers) {
    this.info = info;
    this.answers = answers;
  }

  /** Answers nothing by itself. */
  public static FakeBackend silent() {
    return silent("fake");
  }

  /** Answers nothing by itself, and is a model of this fingerprint. */
  public static FakeBackend silent(String fingerprint) {
    return new FakeBackend(info(fingerprint), Optional.empty());
  }

  /** Answers each request at once. */
  public static FakeBackend answering(Function<Request, Outcome> answers) {
    return answering("fake", answers);
  }

  /** Answers each request at once, and is a model of this fingerprint. */
  public static FakeBackend answering(String fingerprint, Function<Request, Outcome> answers) {
    return new FakeBackend(info(fingerprint), Optional.of(answers));
  }

  private static BackendInfo info(String fingerprint) {
    return new BackendInfo(fingerprint, "exact", 1000, 1 << 16, List.of(), 1);
  }

  /** What was handed over since the last call and not answered. */
  public List<Added> take() {
    List<Added> taken = List.copyOf(handedOver);
    handedOver.clear();
    return taken;
  }

  /** How many ports are open. */
  public int open() {
    return open;
  }

  /** The mailbox of the feed that was opened last. */
  public Mailbox mailbox() {
    return mailbox;
  }

  @Override
  public BackendInfo info() {
    return info;
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
        answers.ifPresentOrElse(
            by -> added.forEach(one -> of.deliver(one.request(), by.apply(one.request()))),
            () -> handedOver.addAll(added));
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
