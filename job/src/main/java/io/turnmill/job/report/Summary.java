package io.turnmill.job.report;

import io.turnmill.document.parse.ParseRefusal;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Table;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.terminal.TextWidth;
import io.turnmill.session.RejectionCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run ends with: the books, the commonest codes, and what to type next. */
public final class Summary {
  private static final int CODES_SHOWN = 8;
  private static final int LABEL = 18;
  private static final String SESSIONS = "sessions";
  private static final String DOCUMENTS = "documents";
  private static final Map<String, String> MEANINGS =
      Stream.concat(
              Stream.of(RejectionCode.values())
                  .map(code -> Map.entry(code.wireName(), code.meaning())),
              Stream.of(ParseRefusal.values())
                  .map(code -> Map.entry(code.wireName(), code.meaning())))
          .collect(
              Collectors.toMap(
                  Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one + "; or " + other));

  /** Counters that stand in the lines of others. */
  private static final Set<String> TOLD_WITH_OTHERS =
      Set.of(
          "cached_tokens",
          "cached_replies",
          "computed_tokens",
          "reasoning_tokens",
          "reasoning_cut_short",
          "length_replies",
          "repetition_replies",
          "second_model_sessions",
          "second_model_tokens",
          "unused_tokens",
          "spared_tokens");

  private Summary() {}

  /**
   * The lines of the summary.
   *
   * @param totals of the sessions
   * @param documents of the documents, if there are any
   * @param engine what the engines did
   * @param output the output folder
   * @param command how the person calls the job, such as {@code submit/local.sh}
   */
  public static List<String> lines(
      Totals totals,
      Optional<Totals> documents,
      EngineWork engine,
      String output,
      String command,
      int columns) {
    List<String> lines = new ArrayList<>();
    boolean hasSessions = documents.isEmpty() || !totals.equals(Totals.NONE);
    if (hasSessions) {
      lines.add("");
      lines.addAll(books(totals, SESSIONS));
    }
    documents.ifPresent(
        of -> {
          lines.add("");
          lines.addAll(books(of, DOCUMENTS));
        });
    lines.addAll(engine(engine));
    if (hasSessions) {
      lines.add(place("results", output));
    }
    documents.ifPresent(of -> lines.add(place(DOCUMENTS, output)));
    Totals all = documents.map(totals::plus).orElse(totals);
    lines.addAll(codes("Rejected, by code", all.rejectedByCode(), MEANINGS::get, columns));
    lines.addAll(codes("Failed, by code", all.failedByCode(), code -> "", columns));
    lines.add("");
    lines.addAll(next(all, command + " show " + quoted(output)));
    if (!totals.balanced() || !documents.map(Totals::balanced).orElse(true)) {
      lines.add("");
      lines.add(
          "The books do not balance: sessions or documents in ≠ ok + rejected + failed + left out."
              + " This is a bug.");
    }
    return lines;
  }

  private static String place(String table, String output) {
    return "  " + TextWidth.pad(table, LABEL, false) + TerminalText.line(output) + "/" + table;
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

  private static List<String> books(Totals totals, String items) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of(items + " in", HumanFormat.count(totals.sessionsIn()), ""));
    rows.add(sessions("  ok", totals.sessionsOk(), totals));
    rows.add(sessions("  rejected", totals.sessionsRejected(), totals));
    rows.add(sessions("  failed", totals.sessionsFailed(), totals));
    if (totals.selection().leftOut() > 0) {
      List<String> leftOut = sessions("  left out", totals.selection().leftOut(), totals);
      rows.add(List.of(leftOut.get(0), leftOut.get(1), leftOut.get(2) + " by sample"));
    }
    rows.add(List.of("other rejections", HumanFormat.count(totals.recordsRejected()), ""));
    if (items.equals(SESSIONS)) {
      rows.add(
          List.of(
              "messages",
              HumanFormat.count(totals.messages()),
              totals.unreadTimes() == 0
                  ? ""
                  : HumanFormat.count(totals.unreadTimes()) + " of them without their time"));
    }
    totals.selection().cleaned().entrySet().stream()
        .filter(step -> step.getValue() > 0)
        .forEach(step -> rows.add(cleaned(step.getKey(), step.getValue())));
    totals.counters().keySet().stream()
        .filter(name -> !TOLD_WITH_OTHERS.contains(name))
        .forEach(name -> rows.add(counter(name, totals)));
    rows.add(List.of("time", HumanFormat.time(totals.elapsed()), speed(totals, items)));
    return counted(rows);
  }

  private static List<String> sessions(String label, long count, Totals totals) {
    return List.of(label, HumanFormat.count(count), share(count, totals));
  }

  /** How much a step of cleaning changed, by its name. */
  private static List<String> cleaned(String name, long count) {
    String remark = name.equals("copies") ? "duplicates that get another's result" : "cleaned";
    return List.of("  " + name.replace('_', ' '), HumanFormat.count(count), remark);
  }

  /** Those that say something. */
  private static String remarks(String... all) {
    return Stream.of(all).filter(remark -> !remark.isEmpty()).collect(Collectors.joining(", "));
  }

  /** What the task counts, by its own names. */
  private static List<String> counter(String name, Totals totals) {
    String count = HumanFormat.count(totals.counter(name));
    long cachedReplies = totals.counter("cached_replies");
    return switch (name) {
      case "prompt_tokens" ->
          List.of(
              "prompt tokens",
              count,
              totals.counter("cached_tokens") == 0
                  ? ""
                  : HumanFormat.share(totals.counter("cached_tokens"), totals.counter(name))
                      + " of them not computed again");
      case "completion_tokens" ->
          List.of(
              "reply tokens",
              count,
              remarks(
                  cachedReplies == 0
                      ? ""
                      : HumanFormat.count(cachedReplies, "reply", "replies") + " from the cache",
                  totals.counter("reasoning_tokens") == 0
                      ? ""
                      : HumanFormat.count(totals.counter("reasoning_tokens"))
                          + " of them reasoning",
                  totals.counter("reasoning_cut_short") == 0
                      ? ""
                      : "cut short in "
                          + HumanFormat.count(
                              totals.counter("reasoning_cut_short"), "reply", "replies"),
                  replies("length_replies", "as long as allowed", totals),
                  replies("repetition_replies", "ended because of repetition", totals)));
      case "escalated_sessions" -> List.of("second model", count, secondModel(totals));
      case "unanswered_questions" -> List.of("without an answer", count, "");
      default -> List.of(name.replace('_', ' '), count, "");
    };
  }

  /** How many replies ended for a reason; empty if none did. */
  private static String replies(String counter, String reason, Totals totals) {
    return totals.counter(counter) == 0
        ? ""
        : HumanFormat.count(totals.counter(counter), "reply", "replies") + " " + reason;
  }

  /** What asking a second model about some sessions has cost, and what it has saved. */
  private static String secondModel(Totals totals) {
    return "of %s sessions were asked (%s): it answered %s with %s tokens; %s tokens of answers were not used, and of %s it was spared"
        .formatted(
            HumanFormat.count(totals.sessionsOk()),
            HumanFormat.share(totals.counter("escalated_sessions"), totals.sessionsOk()),
            HumanFormat.count(totals.counter("second_model_sessions")),
            HumanFormat.count(totals.counter("second_model_tokens")),
            HumanFormat.count(totals.counter("unused_tokens")),
            HumanFormat.count(totals.counter("spared_tokens")));
  }

  private static List<String> engine(EngineWork engine) {
    if (engine.engines() == 0) {
      return List.of();
    }
    String label =
        engine.engines() == 1 ? "engine" : HumanFormat.count(engine.engines()) + " engines";
    return List.of(
        "  " + TextWidth.pad(label, LABEL, false) + tokens(engine),
        "  " + TextWidth.pad("", LABEL, false) + times(engine.times()));
  }

  private static String tokens(EngineWork engine) {
    EngineWork.Tokens tokens = engine.tokens();
    EngineWork.Attention attention = engine.attention();
    return "%s tokens in, %s of them cached, %s out, padding %s"
        .formatted(
            HumanFormat.count(tokens.in()),
            HumanFormat.share(tokens.cached(), tokens.in()),
            HumanFormat.count(tokens.out()),
            HumanFormat.share(attention.padded() - attention.needed(), attention.padded()));
  }

  private static String times(EngineWork.Times times) {
    return "prefill %s, decode %s, host %s, %s without work"
        .formatted(
            HumanFormat.time(times.prefill()),
            HumanFormat.time(times.decode()),
            HumanFormat.time(times.host()),
            HumanFormat.time(times.idle()));
  }

  private static String share(long part, Totals totals) {
    return part == 0 ? "" : HumanFormat.share(part, totals.sessionsIn());
  }

  private static String speed(Totals totals, String items) {
    double sessions = HumanFormat.perSecond(totals.sessionsOk(), totals.elapsed());
    String speed = HumanFormat.rate(sessions) + " " + items + "/s";
    if (!totals.counters().containsKey("completion_tokens")) {
      return speed;
    }
    double tokens = HumanFormat.perSecond(totals.counter("completion_tokens"), totals.elapsed());
    return speed + ", " + HumanFormat.rate(tokens) + " reply tokens/s";
  }

  /** Label, figure aligned to the right, remark. */
  private static List<String> counted(List<List<String>> rows) {
    int width = rows.stream().mapToInt(row -> TextWidth.of(row.get(1))).max().orElse(0);
    return rows.stream()
        .map(
            row ->
                "  "
                    + TextWidth.pad(row.get(0), LABEL, false)
                    + TextWidth.pad(row.get(1), width, true)
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
      rows.add(
          List.of(HumanFormat.count(entry.getValue()), entry.getKey(), words == null ? "" : words));
    }
    List<String> lines = new ArrayList<>(List.of("", title));
    boolean explained = rows.stream().anyMatch(row -> !row.get(2).isEmpty());
    int shown = explained ? 3 : 2;
    List<String> head = List.of("rows", "code", "meaning").subList(0, shown);
    new Table(head, rows.stream().map(row -> row.subList(0, shown)).toList(), List.of(0))
        .lines(columns - 2)
        .forEach(line -> lines.add("  " + line));
    if (sorted.size() > CODES_SHOWN) {
      lines.add(
          "  and " + HumanFormat.count(sorted.size() - CODES_SHOWN, "code", "codes") + " more");
    }
    return lines;
  }

  private static String quoted(String path) {
    return path.matches("[\\w./:@%+=,-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
