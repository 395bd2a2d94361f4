package io.turnmill.testing;

import io.turnmill.inference.CompletionCache;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.RequestKey;
import io.turnmill.inference.Work;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A cache of completions in a map, or one that never knows any. */
public final class FakeCache<W extends Work> implements CompletionCache<W> {
  private static final String SCOPE = "a task";

  private final Map<RequestKey, Completion> known = new HashMap<>();
  private final String scope;
  private final boolean forgets;

  private FakeCache(String scope, boolean forgets) {
    this.scope = scope;
    this.forgets = forgets;
  }

  /** Knows what it has learnt. */
  public static <W extends Work> FakeCache<W> remembering() {
    return new FakeCache<>(SCOPE, false);
  }

  /** Knows nothing, so that only requests under way are shared. */
  public static <W extends Work> FakeCache<W> knowingNothing() {
    return knowingNothing(SCOPE);
  }

  /** Knows nothing, for a feed whose stop checks differ from those of other scopes. */
  public static <W extends Work> FakeCache<W> knowingNothing(String scope) {
    return new FakeCache<>(scope, true);
  }

  /** How many completions it knows. */
  public int size() {
    return known.size();
  }

  @Override
  public String scope() {
    return scope;
  }

  @Override
  public Optional<Completion> find(RequestKey key) {
    return Optional.ofNullable(known.get(key));
  }

  @Override
  public void learn(W work, RequestKey key, Completion completion) {
    if (!forgets) {
      known.put(key, completion);
    }
  }
}
