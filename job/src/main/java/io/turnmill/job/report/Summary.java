package io.turnmill.job.report;

import io.turnmill.session.RejectionCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run ends with: the books, the commonest codes, and what to type next. */
public final class Summary {
  private static final int CODES_SHOWN = 8;
  private static final int LABEL = 18;
  private static final Map<String, String> MEANINGS =
      Stream.of(RejectionCode.values())
          .collect(Collectors.toMap(RejectionCode::wireName, RejectionCode::meaning));

  private Summary() {}

  /**
   * The lines of the summary.
   *
   * @param engine what the engines did
   * @param output the output folder
   * @param command how the person calls the job, such as {@code submit/local.sh}
   */
  public static List<String> lines(
      Totals totals, EngineWork engine, String output, String command, int columns) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.addAll(books(totals));
    lines.addAll(engine(engine));
    lines.add("  " + Columns.pad("results", LABEL, false) + Visible.line(output) + "/results");
    lines.addAll(codes("Rejected, by code", totals.rejectedByCode(), MEANINGS::get, columns));
    lines.addAll(codes("Failed, by code", totals.failedByCode(), code -> "", columns));
    lines.add("");
    lines.addAll(next(totals, command + " show " + quoted(output)));
    if (!totals.balanced()) {
      lines.add("");
      lines.add("The books do not balance: sessions in ≠ ok + rejected + failed. This is a bug.");
    }
    return lines;
  }

  /** How to look at the tables that have rows. */
  private static List<String> next(Totals totals, String show) {
    List<String> commands = new ArrayList<>();
    if (totals.sessionsOk() + totals.sessionsFailed() > 0) {
      commands.add(show);
    }
    if (!totals.hasNoRejections()) {
      commands.add(show + " --rejected");
    }
    List<String> lines = new ArrayList<>();
    for (String command : commands) {
      lines.add((lines.isEmpty() ? "Next: " : "      ") + command);
    }
    return lines;
  }

  /** The commonest codes of a run that ended because there were too many of them. */
  public static List<String> endedEarly(Totals totals, String output, String command, int columns) {
    List<String> lines = new ArrayList<>();
    lines.addAll(codes("Rejected, by code", totals.rejectedByCode(), MEANINGS::get, columns));
    lines.addAll(codes("Failed, by code", totals.failedByCode(), code -> "", columns));
    lines.add("");
    lines.addAll(next(totals, command + " show " + quoted(output)));
    return lines;
  }

  private static List<String> books(Totals totals) {
    String cached =
        Humane.share(totals.cachedTokens(), totals.promptTokens()) + " of them not computed again";
    return counted(
        List.of(
            List.of("sessions in", Humane.count(totals.sessionsIn()), ""),
            List.of("  ok", Humane.count(totals.sessionsOk()), share(totals.sessionsOk(), totals)),
            List.of(
                "  rejected",
                Humane.count(totals.sessionsRejected()),
                share(totals.sessionsRejected(), totals)),
            List.of(
                "  failed",
                Humane.count(totals.sessionsFailed()),
                share(totals.sessionsFailed(), totals)),
            List.of("other rejections", Humane.count(totals.recordsRejected()), ""),
            List.of(
                "messages",
                Humane.count(totals.messages()),
                totals.unreadTimes() == 0
                    ? ""
                    : Humane.count(totals.unreadTimes()) + " of them without their time"),
            List.of(
                "prompt tokens",
                Humane.count(totals.promptTokens()),
                totals.cachedTokens() > 0 ? cached : ""),
            List.of(
                "reply tokens",
                Humane.count(totals.completionTokens()),
                totals.cachedReplies() == 0
                    ? ""
                    : Humane.count(totals.cachedReplies(), "reply", "replies") + " from the cache"),
            List.of("time", Humane.time(totals.elapsed()), speed(totals))));
  }

  private static List<String> engine(EngineWork engine) {
    if (engine.engines() == 0) {
      return List.of();
    }
    String label = engine.engines() == 1 ? "engine" : Humane.count(engine.engines()) + " engines";
    return List.of(
        "  " + Columns.pad(label, LABEL, false) + tokens(engine),
        "  " + Columns.pad("", LABEL, false) + times(engine.times()));
  }

  private static String tokens(EngineWork engine) {
    EngineWork.Tokens tokens = engine.tokens();
    EngineWork.Attention attention = engine.attention();
    return "%s tokens in, %s of them cached, %s out, padding %s"
        .formatted(
            Humane.count(tokens.in()),
            Humane.share(tokens.cached(), tokens.in()),
            Humane.count(tokens.out()),
            Humane.share(attention.padded() - attention.needed(), attention.padded()));
  }

  private static String times(EngineWork.Times times) {
    return "prefill %s, decode %s, host %s, %s without work"
        .formatted(
            Humane.time(times.prefill()),
            Humane.time(times.decode()),
            Humane.time(times.host()),
            Humane.time(times.idle()));
  }

  private static String share(long part, Totals totals) {
    return part == 0 ? "" : Humane.share(part, totals.sessionsIn());
  }

  private static String speed(Totals totals) {
    double sessions = Humane.perSecond(totals.sessionsOk(), totals.elapsed());
    double tokens = Humane.perSecond(totals.completionTokens(), totals.elapsed());
    return Humane.rate(sessions) + " sessions/s, " + Humane.rate(tokens) + " reply tokens/s";
  }

  /** Label, figure aligned to the right, remark. */
  private static List<String> counted(List<List<String>> rows) {
    int width = rows.stream().mapToInt(row -> Columns.of(row.get(1))).max().orElse(0);
    return rows.stream()
        .map(
            row ->
                "  "
                    + Columns.pad(row.get(0), LABEL, false)
                    + Columns.pad(row.get(1), width, true)
                    + "  "
                    + row.get(2))
        .map(String::stripTrailing)
        .toList();
  }

  /** The commonest codes with their meaning; empty without any. */
  static List<String> codes(
      String title, Map<String, Long> byCode, Function<String, String> meaning, int columns) {
    if (byCode.isEmpty()) {
      return List.of();
    }
    List<Map.Entry<String, Long>> sorted =
        byCode.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, Long> entry : sorted.subList(0, Math.min(CODES_SHOWN, sorted.size()))) {
      String words = meaning.apply(entry.getKey());
      rows.add(List.of(Humane.count(entry.getValue()), entry.getKey(), words == null ? "" : words));
    }
    List<String> lines = new ArrayList<>(List.of("", title));
    boolean explained = rows.stream().anyMatch(row -> !row.get(2).isEmpty());
    int shown = explained ? 3 : 2;
    List<String> head = List.of("rows", "code", "meaning").subList(0, shown);
    new Table(head, rows.stream().map(row -> row.subList(0, shown)).toList(), List.of(0))
        .lines(columns - 2)
        .forEach(line -> lines.add("  " + line));
    if (sorted.size() > CODES_SHOWN) {
      lines.add("  and " + Humane.count(sorted.size() - CODES_SHOWN, "code", "codes") + " more");
    }
    return lines;
  }

  private static String quoted(String path) {
    return path.matches("[\\w./:@%+=,-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
