package io.turnmill.engine;

import io.turnmill.engine.TextOutcome.Failure;
import io.turnmill.engine.TextOutcome.FailureCode;
import io.turnmill.engine.WaitingText.Delivery;
import io.turnmill.token.UnknownToken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One thread's way into an {@link EncoderEngine} and back: texts go in while there is room, and
 * what became of them comes out in the same order. Only {@link #close} may be called by another
 * thread.
 *
 * <pre>{@code
 * try (TextFeed<Row> feed = engine.open()) {
 *   while (rows.hasNext() || feed.size() > 0) {
 *     while (feed.hasRoom() && rows.hasNext()) {
 *       Row row = rows.next();
 *       feed.submit(row, tokensOf(row));
 *     }
 *     emit(feed.take());
 *   }
 * }
 * }</pre>
 *
 * @param <K> what travels along with a text
 */
public final class TextFeed<K> implements AutoCloseable {
  /** Texts are handed over so many at a time: a lock for each would be felt. */
  private static final int HANDFUL = 64;

  private final Inbox<WaitingText> inbox;
  private final Mailbox<Delivery> mailbox;
  private final EncoderConfig config;

  /** Submitted and not taken, in order. */
  private final Deque<Place<K>> places = new ArrayDeque<>();

  private List<WaitingText> handful = new ArrayList<>();
  private long weight;

  /** Where the outcome of a text is awaited; its feed's thread alone looks into it. */
  static final class Place<K> {
    private final K key;
    private final int weight;
    private TextOutcome outcome;

    private Place(K key, int weight) {
      this.key = key;
      this.weight = weight;
    }
  }

  /** What became of a text, and what travelled along. */
  public record Result<K>(K key, TextOutcome outcome) {}

  TextFeed(Inbox<WaitingText> inbox, Mailbox<Delivery> mailbox, EncoderConfig config) {
    this.inbox = inbox;
    this.mailbox = mailbox;
    this.config = config;
  }

  /** Whether one more text can be submitted. */
  public boolean hasRoom() {
    return weight < 2L * config.windowTokens();
  }

  /** Texts that were submitted and not yet taken. */
  public int size() {
    return places.size();
  }

  /**
   * Hands in a text. One without a token, or with one that the model does not know, is not for it:
   * its outcome is there at once.
   *
   * @throws EngineException when the engine has failed or is closed
   */
  public void submit(K key, TextRow row) {
    Integrity.check(hasRoom(), "a text was submitted to a full feed");
    Place<K> place = new Place<>(key, EncoderConfig.weight(row.ids().size()));
    Optional<UnknownToken> unknown = UnknownToken.in(row.ids(), config.vocabSize());
    if (row.ids().isEmpty()) {
      place.outcome = new Failure(FailureCode.NO_TOKEN, "the text has no token");
    } else if (unknown.isPresent()) {
      place.outcome =
          new Failure(FailureCode.TOKEN_OUT_OF_VOCABULARY, unknown.get().detail("the text"));
    } else {
      handful.add(new WaitingText(row, place, mailbox));
    }
    places.addLast(place);
    weight += place.weight;
    if (handful.size() == HANDFUL || !hasRoom()) {
      flush();
    }
  }

  /** Hands over what was submitted; {@link #take} does so, too. */
  public void flush() {
    if (!handful.isEmpty()) {
      inbox.submit(mailbox, handful);
      handful = new ArrayList<>();
    }
  }

  /**
   * What became of the text that was submitted first of those not taken; waits for it.
   *
   * @throws EngineException when it will not come: the engine has failed or is closed, or this feed
   *     is
   */
  public Result<K> take() throws InterruptedException {
    Integrity.check(!places.isEmpty(), "nothing was submitted to this feed that could be taken");
    flush();
    while (places.getFirst().outcome == null) {
      mailbox.await().forEach(delivery -> delivery.place().outcome = delivery.outcome());
    }
    Place<K> place = places.removeFirst();
    weight -= place.weight;
    return new Result<>(place.key, place.outcome);
  }

  /**
   * Takes all texts of this feed out of the engine before its next step. Does nothing the second
   * time.
   */
  @Override
  public void close() {
    mailbox.end(EngineException.closed("the feed"));
    inbox.withdraw(mailbox);
  }
}
