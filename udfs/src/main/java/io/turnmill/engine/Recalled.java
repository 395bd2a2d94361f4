package io.turnmill.engine;

import io.turnmill.engine.Outcome.Completion;
import io.turnmill.engine.Sequence.Delivery;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * What one feed need not ask the engine: what its {@link Recall} knows, and what other requests
 * have asked already. For the feed's thread; {@link #close} for any.
 */
final class Recalled<W extends Work> {
  private final Recall<W> recall;
  private final SharedReplies shared;
  private final Mailbox<Delivery> mailbox;

  /** Of requests that were not known at once. */
  private final IdentityHashMap<Request, RequestKey> keys = new IdentityHashMap<>();

  Recalled(Recall<W> recall, SharedReplies shared, Mailbox<Delivery> mailbox) {
    this.recall = recall;
    this.shared = shared;
    this.mailbox = mailbox;
  }

  /** Whether the reply comes, or has come, into the mailbox without the engine being asked. */
  boolean answers(W work, Request request) {
    RequestKey key = RequestKey.of(request, recall.scope());
    Optional<Completion> known =
        recall.find(key).filter(reply -> reply.promptTokens() == request.prompt().size());
    if (known.isPresent()) {
      deliver(request, known.get());
      return true;
    }
    SharedReplies.Claim claim = shared.claim(key, request, mailbox);
    if (claim instanceof SharedReplies.Claim.Known other) {
      recall.learn(work, key, other.completion());
      deliver(request, other.completion());
      return true;
    }
    keys.put(request, key);
    return claim instanceof SharedReplies.Claim.Wait;
  }

  private void deliver(Request request, Completion completion) {
    mailbox.deliver(new Delivery(request, Optional.of(completion.asReused())));
  }

  /** What became of a request, from wherever it came. */
  void answered(W work, Request request, Outcome outcome) {
    RequestKey key = keys.remove(request);
    if (key == null) {
      return;
    }
    if (!(outcome instanceof Completion completion)) {
      shared.finished(key, mailbox, outcome);
      return;
    }
    if (!completion.reused()) {
      shared.finished(key, mailbox, completion);
    }
    recall.learn(work, key, completion);
  }

  /** Others must not wait for what this feed asked. */
  void close() {
    shared.withdraw(mailbox);
  }
}
