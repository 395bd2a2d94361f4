package io.turnmill.job.trial;

import io.turnmill.job.prepare.EvenSample;
import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.Totals;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Table;
import io.turnmill.job.terminal.TextWidth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a trial tells people.
 *
 * @param sample which sessions were run
 * @param askedEach how many variants were asked about each of them
 * @param totals what became of them
 * @param engine what the engine did
 * @param costs of the sessions that have a result
 */
public record TrialReport(
    EvenSample sample, int askedEach, Totals totals, EngineWork engine, List<SessionCost> costs) {
  private static final int LABEL = 24;

  public TrialReport {
    costs = List.copyOf(costs);
  }

  /** The lines for a terminal of this width. */
  public List<String> lines(TrialRequest request, int columns) {
    List<String> lines = new ArrayList<>(sessions(request));
    if (costs.stream().allMatch(cost -> cost.promptTokens() + cost.replyTokens() == 0)) {
      lines.add("");
      lines.add("No session has a result with tokens, so nothing can be said of all sessions.");
      return lines;
    }
    lines.addAll(tokens(columns));
    lines.addAll(measured());
    lines.addAll(all(request, columns));
    return lines;
  }

  private List<String> sessions(TrialRequest request) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Trial of "
            + HumanFormat.count(sample.size(), "session", "sessions")
            + " (seed "
            + request.draw().seed()
            + ")");
    lines.add(
        row(
            "drawn evenly from",
            HumanFormat.count(
                sample.strata().size(),
                "group of length and language",
                "groups of length and language")));
    if (askedEach > 1) {
      lines.add(
          row("variants", askedEach + ", each asked about every session; these count answers:"));
    }
    lines.add(row("ok", HumanFormat.count(totals.sessionsOk())));
    lines.add(row("failed", HumanFormat.count(totals.sessionsFailed())));
    lines.add(row("rejected", HumanFormat.count(totals.sessionsRejected())));
    totals.failedByCode().forEach((code, rows) -> lines.add(code("failed", code, rows)));
    totals
        .sessionsRejectedByCode()
        .forEach((code, rows) -> lines.add(code("rejected", code, rows)));
    return lines;
  }

  private static String code(String what, String code, long rows) {
    return row("  " + what + " as", code + "  " + HumanFormat.count(rows));
  }

  private boolean hasReplies() {
    return costs.stream().anyMatch(cost -> cost.ends().replies() > 0);
  }

  private List<String> tokens(int columns) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(spread("prompt tokens", SessionCost::promptTokens));
    if (hasReplies()) {
      rows.add(spread("reply tokens", SessionCost::replyTokens));
    }
    String first = askedEach > 1 ? "a session, all variants" : "a session of the trial";
    List<String> head = List.of(first, "mean", "p50", "p95", "max");
    List<String> lines = new ArrayList<>(List.of(""));
    new Table(head, rows, List.of(1, 2, 3, 4))
        .lines(columns - 2)
        .forEach(line -> lines.add("  " + line));
    lines.add("");
    return lines;
  }

  private List<String> spread(String label, Function<SessionCost, Long> tokens) {
    Spread of = Spread.of(costs.stream().map(tokens).toList());
    return List.of(
        label,
        HumanFormat.rate(of.mean()),
        HumanFormat.count(of.median()),
        HumanFormat.count(of.p95()),
        HumanFormat.count(of.max()));
  }

  private List<String> measured() {
    List<String> lines = new ArrayList<>();
    long replies = costs.stream().mapToLong(cost -> cost.ends().replies()).sum();
    if (replies > 0) {
      long byLength = costs.stream().mapToLong(cost -> cost.ends().byLength()).sum();
      lines.add(
          row(
              "ended by length",
              "%s of %s (%s)"
                  .formatted(
                      HumanFormat.count(byLength),
                      HumanFormat.count(replies, "reply", "replies"),
                      HumanFormat.share(byLength, replies))));
    }
    if (totals.counters().containsKey("escalated_sessions")) {
      long escalated = totals.counter("escalated_sessions");
      lines.add(
          row(
              "second model",
              "asked about %s of %s (%s)"
                  .formatted(
                      HumanFormat.count(escalated),
                      HumanFormat.count(totals.sessionsOk(), "session", "sessions"),
                      HumanFormat.share(escalated, totals.sessionsOk()))));
    }
    EngineWork.Times times = engine.times();
    EngineWork.Tokens tokens = engine.tokens();
    lines.add(row("prefill", measured(times.prefill(), tokens.in() - tokens.cached())));
    if (replies > 0) {
      lines.add(row("decode", measured(times.decode(), tokens.out())));
    }
    lines.add(row("between passes", HumanFormat.time(times.host())));
    return lines;
  }

  private static String measured(Duration time, long tokens) {
    return "%s for %s, %s tokens/s"
        .formatted(
            HumanFormat.time(time),
            HumanFormat.count(tokens, "token", "tokens"),
            HumanFormat.rate(HumanFormat.perSecond(tokens, time)));
  }

  private List<String> all(TrialRequest request, int columns) {
    Extrapolation all = Extrapolation.of(sample, costs, engine.times(), request.draw().seed());
    return new ExtrapolationTable(all, sample.sessions(), hasReplies(), request.executors())
        .lines(columns);
  }

  private static String row(String label, String value) {
    return "  " + TextWidth.pad(label + " ", LABEL, false) + value;
  }
}
