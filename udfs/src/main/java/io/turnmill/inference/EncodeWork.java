package io.turnmill.inference;

import java.util.List;

/**
 * The work of encoding one text.
 *
 * @param <K> the item that the text came from
 */
public final class EncodeWork<K> implements Work {
  private final K item;
  private final Encode request;
  private boolean asked;
  private Outcome outcome;

  public EncodeWork(K item, Encode request) {
    this.item = item;
    this.request = request;
  }

  public K item() {
    return item;
  }

  /** The vector or the failure; only when the work is done. */
  public Outcome outcome() {
    Integrity.check(done(), "the outcome of a text was read before it came");
    return outcome;
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
