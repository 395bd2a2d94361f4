package io.turnmill.job.run;

import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.Totals;
import io.turnmill.job.write.RunManifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of a run as they end: its sessions, then its documents, and then its topics. */
public final class PartsOfRun {
  private Optional<RunResult> sessions = Optional.empty();
  private Optional<RunResult> documents = Optional.empty();
  private Optional<RunResult> topics = Optional.empty();
  private final Map<String, Object> books = new LinkedHashMap<>();
  private final Map<String, Object> more = new LinkedHashMap<>();

  /** Takes the end of the sessions. */
  public void add(PartOfRun part) {
    sessions = Optional.of(part.result());
    books.putAll(part.books());
    more.putAll(part.more());
  }

  /** Takes the end of the documents. */
  public void addDocuments(PartOfRun part) {
    documents = Optional.of(part.result());
    books.put(RunCounts.DOCUMENTS, part.books());
    more.putAll(part.more());
  }

  /** Whether everything was done in the parts that have ended. */
  public boolean areComplete() {
    return all().stream().allMatch(RunResult::complete);
  }

  /** Takes the end of the topics. */
  public void addTopics(PartOfRun part) {
    topics = Optional.of(part.result());
    books.put(TopicsRun.TOPICS, part.books());
  }

  private List<RunResult> all() {
    List<RunResult> all = new ArrayList<>();
    sessions.ifPresent(all::add);
    documents.ifPresent(all::add);
    topics.ifPresent(all::add);
    return all;
  }

  /** What the run ends with. */
  public RunResult result() {
    RunResult last = all().get(all().size() - 1);
    EngineWork engine = last.engine();
    return new RunResult(
        sessions.map(RunResult::totals).orElse(Totals.NONE),
        documents.map(RunResult::totals),
        engine,
        all().stream().flatMap(part -> part.passed().stream()).toList(),
        sessions.flatMap(RunResult::comparison),
        areComplete());
  }

  /**
   * What the manifest says at the end.
   *
   * @param engine the metrics of the engines
   */
  public RunManifest.Ended ended(Map<String, Number> engine) {
    return new RunManifest.Ended(books, engine, more);
  }
}
