package io.turnmill.job.run;

import io.turnmill.job.report.Comparison;
import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.Totals;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run ends with.
 *
 * @param totals the counts of its sessions, of what was written
 * @param documents the counts of its documents, if it has some
 * @param engine what its engines did since the run was started last
 * @param passed a sentence for each limit that was passed
 * @param comparison how the variants compare, of a run that has some and is complete
 * @param complete whether everything was done; otherwise a limit was passed while something was
 *     left
 */
public record RunResult(
    Totals totals,
    Optional<Totals> documents,
    EngineWork engine,
    List<String> passed,
    Optional<Comparison> comparison,
    boolean complete) {
  public RunResult {
    passed = List.copyOf(passed);
  }

  /** What a run ends with, before its variants are compared. */
  public RunResult(Totals totals, EngineWork engine, List<String> passed, boolean complete) {
    this(totals, Optional.empty(), engine, passed, Optional.empty(), complete);
  }

  /** The same result with a comparison of the variants. */
  public RunResult with(Optional<Comparison> compared) {
    return new RunResult(totals, documents, engine, passed, compared, complete);
  }

  /** The same end of a run before the items themselves were asked about. */
  RunResult before(Totals ofItems) {
    return new RunResult(ofItems, documents, engine, passed, comparison, false);
  }

  /** The counts of sessions, and those of documents. */
  List<Totals> ofAllItems() {
    return Stream.concat(Stream.of(totals), documents.stream()).toList();
  }

  /** Whether everything was done, and no limit was passed. */
  public boolean isGood() {
    return complete && passed.isEmpty();
  }
}
