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
 * One task's view of the cache: what was known of its bucket when it began, and what it adds. Takes
 * about 100 bytes and 4 for each token of the reply, for each of them.
 */
public final class TaskReplyCache implements CompletionCache<ItemWork<Row, ?>> {
  private final String scope;
  private final Map<RequestKey, byte[]> known;
  private final ReplyCacheWriter target;
  private final Map<RequestKey, StoredReply> added = new LinkedHashMap<>();

  TaskReplyCache(String scope, Map<RequestKey, byte[]> known, ReplyCacheWriter target) {
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

  /** Also a reply that an equal prompt of another bucket got: the next run looks for it here. */
  @Override
  public void learn(ItemWork<Row, ?> work, RequestKey key, Completion completion) {
    add(new StoredReply(key, StagedRows.hash(work.row()), CompletionCodec.encode(completion)));
  }

  void add(StoredReply reply) {
    added.put(reply.key(), reply);
    known.put(reply.key(), reply.reply());
  }

  /** Writes what was added; where that cannot be, says so, and the replies are not kept. */
  public void save() {
    if (!added.isEmpty()) {
      target.write(scope, added.values());
      added.clear();
    }
  }
}
