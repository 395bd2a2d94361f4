package io.turnmill.job.cache;

import io.turnmill.inference.CompletionCache;
import io.turnmill.inference.CompletionCodec;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.RequestKey;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.task.ItemWork;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * One task's view of the cache: the completions that were known for its bucket when it began, and
 * those that it adds. Each takes about 100 bytes of heap, and 4 bytes more for each token.
 */
public final class TaskCompletionCache implements CompletionCache<ItemWork<Row, ?>> {
  private final String scope;
  private final Map<RequestKey, byte[]> known;
  private final CompletionWriter target;
  private final Map<RequestKey, StoredCompletion> added = new LinkedHashMap<>();

  TaskCompletionCache(String scope, Map<RequestKey, byte[]> known, CompletionWriter target) {
    this.scope = scope;
    this.known = known;
    this.target = target;
  }

  @Override
  public String scope() {
    return scope;
  }

  @Override
  public Optional<Completion> find(RequestKey key) {
    return Optional.ofNullable(known.get(key)).map(CompletionCodec::decode);
  }

  /**
   * Also adds a completion that was computed for an equal prompt of another bucket, because the
   * next run looks for it in this one.
   */
  @Override
  public void learn(ItemWork<Row, ?> work, RequestKey key, Completion completion) {
    add(new StoredCompletion(key, StagedRows.hash(work.row()), CompletionCodec.encode(completion)));
  }

  void add(StoredCompletion completion) {
    added.put(completion.key(), completion);
    known.put(completion.key(), completion.completion());
  }

  /**
   * Writes the completions that were added. If that fails, logs a warning and does not keep them.
   */
  public void save() {
    if (!added.isEmpty()) {
      target.write(scope, added.values());
      added.clear();
    }
  }
}
