package io.turnmill.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.metrics.EngineMetric;
import io.turnmill.job.metrics.EngineTally;
import io.turnmill.job.prepare.Counts;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.Totals;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.WrittenCounts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Turns what is known of a run into the counts that people and the manifest see. */
public final class RunCounts {
  private RunCounts() {}

  public static Totals totals(Counts staged, WrittenCounts written, Duration elapsed) {
    return new Totals(
        staged.sessionsSeen(),
        written.ok(),
        written.rejected("session"),
        written.failed(),
        written.rejected("record") + written.rejected("message") + written.rejected("file"),
        staged.lostShare(),
        staged.messages(),
        written.tokens().prompt(),
        written.tokens().cached(),
        written.tokens().completion(),
        written.tokens().reused(),
        written.tokens().computed(),
        elapsed,
        written.rejectedByScope(),
        written.failedByCode());
  }

  /** The counts for the manifest. */
  public static Map<String, Object> of(Prepared staged, Totals totals) {
    Map<String, Object> books = new LinkedHashMap<>();
    books.put("records", staged.counts().records());
    books.put("messages", totals.messages());
    books.put("sessions", totals.sessionsIn());
    books.put("ok", totals.sessionsOk());
    books.put("failed", totals.sessionsFailed());
    books.put("rejected_sessions", totals.sessionsRejected());
    books.put("rejected_other", totals.recordsRejected());
    books.put("unread_times", totals.unreadTimes());
    books.put("lost_share", totals.lostShare());
    books.put("rejected_by_code", totals.rejectedByCode());
    books.put("rejected_by_scope", totals.rejectedByScope());
    books.put("failed_by_code", totals.failedByCode());
    books.put("prompt_tokens", totals.promptTokens());
    books.put("cached_tokens", totals.cachedTokens());
    books.put("completion_tokens", totals.completionTokens());
    books.put("cached_replies", totals.cachedReplies());
    books.put("computed_tokens", totals.computedTokens());
    books.put("buckets", staged.bucketCount());
    books.put("buckets_by", staged.bucketsBy().wireName());
    return books;
  }

  /** What the engines did, for people. */
  public static EngineWork engine(EngineTally tally) {
    return new EngineWork(
        tally.sum(EngineMetric.ENGINES),
        new EngineWork.Tokens(
            tally.sum(EngineMetric.PROMPT_TOKENS),
            tally.sum(EngineMetric.CACHED_TOKENS),
            tally.sum(EngineMetric.GENERATED_TOKENS)),
        new EngineWork.Attention(
            tally.sum(EngineMetric.ATTENDED_POSITIONS), tally.sum(EngineMetric.PADDED_POSITIONS)),
        new EngineWork.Times(
            Duration.ofNanos(tally.sum(EngineMetric.PREFILL)),
            Duration.ofNanos(tally.sum(EngineMetric.DECODE)),
            Duration.ofNanos(tally.sum(EngineMetric.HOST)),
            Duration.ofNanos(tally.sum(EngineMetric.IDLE))));
  }

  /** The counts of a run that is complete, read from its manifest. */
  public static Totals totals(PreviousRun run) {
    JsonNode books = run.books();
    Duration elapsed =
        Duration.between(run.startedAt().orElseThrow(), run.finishedAt().orElseThrow());
    return new Totals(
        books.path("sessions").asLong(),
        books.path("ok").asLong(),
        books.path("rejected_sessions").asLong(),
        books.path("failed").asLong(),
        books.path("rejected_other").asLong(),
        books.path("lost_share").asDouble(),
        books.path("messages").asLong(),
        books.path("prompt_tokens").asLong(),
        books.path("cached_tokens").asLong(),
        books.path("completion_tokens").asLong(),
        books.path("cached_replies").asLong(),
        books.path("computed_tokens").asLong(),
        elapsed,
        scopes(books.path("rejected_by_scope")),
        codes(books.path("failed_by_code")));
  }

  private static Map<String, Map<String, Long>> scopes(JsonNode json) {
    Map<String, Map<String, Long>> scopes = new TreeMap<>();
    json.properties().forEach(field -> scopes.put(field.getKey(), codes(field.getValue())));
    return scopes;
  }

  private static Map<String, Long> codes(JsonNode json) {
    Map<String, Long> codes = new TreeMap<>();
    json.properties().forEach(field -> codes.put(field.getKey(), field.getValue().asLong()));
    return codes;
  }
}
