package io.turnmill.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.inference.Metric;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Turns what is known of a run into the counts that people and the manifest see. */
public final class RunCounts {
  /** The field of the counts of documents. */
  static final String DOCUMENTS = "documents";

  private static final Set<String> OF_EVERY_TASK =
      Set.of(
          "records",
          "messages",
          "sessions",
          "ok",
          "failed",
          "rejected_sessions",
          "rejected_documents",
          DOCUMENTS,
          "rejected_other",
          "unread_times",
          "lost_share",
          Selections.LEFT_OUT,
          Selections.TO_BE_ANSWERED,
          Selections.UNASKED_MESSAGES,
          "buckets");

  private static final Set<String> OF_SESSIONS_ALONE =
      Set.of(
          "messages",
          "unread_times",
          Selections.LEFT_OUT,
          Selections.TO_BE_ANSWERED,
          Selections.UNASKED_MESSAGES,
          Selections.CLEANED);

  private RunCounts() {}

  public static Totals totals(Counts staged, WrittenCounts written, Duration elapsed) {
    return new Totals(
        staged.sessionsSeen(),
        written.ok(),
        written.rejectedItems(),
        written.failed(),
        written.rejected("record") + written.rejected("message") + written.rejected("file"),
        staged.lostShare(),
        staged.messages(),
        Selections.of(staged),
        written.counters(),
        elapsed,
        written.rejectedByScope(),
        written.failedByCode());
  }

  /** The totals of items of which none was asked about. */
  static Totals notAsked(Counts staged, Duration elapsed) {
    return totals(staged, WrittenCounts.rejectedOnly(staged.rejectedByScope()), elapsed);
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
    Selections.addTo(books, totals.selection());
    books.put("rejected_other", totals.recordsRejected());
    books.put("unread_times", totals.unreadTimes());
    books.put("lost_share", totals.lostShare());
    books.put("rejected_by_code", totals.rejectedByCode());
    books.put("rejected_by_scope", totals.rejectedByScope());
    books.put("failed_by_code", totals.failedByCode());
    totals
        .counters()
        .forEach(
            (name, number) -> {
              if (books.putIfAbsent(name, number) != null) {
                throw new IllegalStateException(
                    "A task counts under the name of every task: " + name + ". This is a bug.");
              }
            });
    books.put("buckets", staged.bucketCount());
    books.put("buckets_by", staged.bucketsBy().wireName());
    return books;
  }

  /** The counts of documents for the manifest. */
  public static Map<String, Object> ofDocuments(Prepared staged, Totals totals) {
    Map<String, Object> books = new LinkedHashMap<>();
    of(staged, totals)
        .forEach(
            (name, value) -> {
              if (!OF_SESSIONS_ALONE.contains(name)) {
                books.put(name.replace("sessions", "documents"), value);
              }
            });
    return books;
  }

  /** What the engines did, for people. */
  public static EngineWork engine(EngineTally tally) {
    return new EngineWork(
        tally.sum(Metric.ENGINES),
        new EngineWork.Tokens(
            tally.sum(Metric.PROMPT_TOKENS),
            tally.sum(Metric.CACHED_TOKENS),
            tally.sum(Metric.GENERATED_TOKENS)),
        new EngineWork.Attention(
            tally.sum(Metric.ATTENDED_POSITIONS), tally.sum(Metric.PADDED_POSITIONS)),
        new EngineWork.Times(
            Duration.ofNanos(tally.sum(Metric.PREFILL)),
            Duration.ofNanos(tally.sum(Metric.DECODE)),
            Duration.ofNanos(tally.sum(Metric.HOST)),
            Duration.ofNanos(tally.sum(Metric.IDLE))));
  }

  /** The counts of a run that is complete, read from its manifest. */
  public static Totals totals(PreviousRun run) {
    return totals(run.books(), "sessions", run);
  }

  /** The counts of the documents of a run that is complete, if it has some. */
  static Optional<Totals> documents(PreviousRun run) {
    JsonNode books = run.books().path(DOCUMENTS);
    return books.isObject() ? Optional.of(totals(books, DOCUMENTS, run)) : Optional.empty();
  }

  private static Totals totals(JsonNode books, String items, PreviousRun run) {
    Duration elapsed =
        Duration.between(run.startedAt().orElseThrow(), run.finishedAt().orElseThrow());
    Totals.Selection selection =
        items.equals(DOCUMENTS)
            ? Totals.Selection.all(
                books.path(items).asLong() - books.path("rejected_" + items).asLong())
            : Selections.of(books);
    return new Totals(
        books.path(items).asLong(),
        books.path("ok").asLong(),
        books.path("rejected_" + items).asLong(),
        books.path("failed").asLong(),
        books.path("rejected_other").asLong(),
        books.path("lost_share").asDouble(),
        books.path("messages").asLong(),
        selection,
        counters(books),
        elapsed,
        scopes(books.path("rejected_by_scope")),
        codes(books.path("failed_by_code")));
  }

  /** Numbers under other names than those of every task are counted by the task. */
  private static Map<String, Long> counters(JsonNode books) {
    Map<String, Long> counters = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : books.properties()) {
      if (field.getValue().isIntegralNumber() && !OF_EVERY_TASK.contains(field.getKey())) {
        counters.put(field.getKey(), field.getValue().asLong());
      }
    }
    return counters;
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
