package io.turnmill.inference;

import io.turnmill.inference.Outcome.Completion;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * Answers requests of one feed to one backend without that backend, if the {@link CompletionCache}
 * knows the reply or another request of the same key is under way. Vectors are not cached. Only the
 * feed's thread may call this, but any thread may call {@link #close}.
 */
public final class CachingFeed<W extends Work> {
  private final CompletionCache<W> cache;
  private final String scope;
  private final SingleFlight shared;
  private final Mailbox mailbox;

  /** The keys of requests whose replies were not known at once. */
  private final IdentityHashMap<Request, RequestKey> keys = new IdentityHashMap<>();

  /**
   * @param backend what the feed asks; two names of a model share their replies, and two models
   *     share none
   */
  CachingFeed(CompletionCache<W> cache, Backend backend, Mailbox mailbox) {
    this.cache = cache;
    this.scope = backend.info().scope() + "\n" + cache.scope();
    this.shared = backend.singleFlight();
    this.mailbox = mailbox;
  }

  /** Whether the reply comes, or has come, into the mailbox without asking the backend. */
  boolean answers(W work, Request request) {
    if (!(request instanceof Generate asked)) {
      return false;
    }
    RequestKey key = RequestKey.of(asked, scope);
    Optional<Completion> known =
        cache.find(key).filter(reply -> reply.promptTokens() == asked.prompt().size());
    if (known.isPresent()) {
      deliver(request, known.get());
      return true;
    }
    SingleFlight.Claim claim = shared.claim(key, request, mailbox);
    if (claim instanceof SingleFlight.Claim.Known other) {
      cache.learn(work, key, other.completion());
      deliver(request, other.completion());
      return true;
    }
    keys.put(request, key);
    return claim instanceof SingleFlight.Claim.Wait;
  }

  private void deliver(Request request, Completion completion) {
    mailbox.deliver(new Delivery(request, Optional.of(completion.asReused())));
  }

  /** Takes the outcome of a request, whether or not the backend was asked. */
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
    cache.learn(work, key, completion);
  }

  /** Requests of other feeds no longer wait for what this feed asked. */
  void close() {
    shared.withdraw(mailbox);
  }
}
