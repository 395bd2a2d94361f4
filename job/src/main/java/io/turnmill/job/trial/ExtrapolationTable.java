package io.turnmill.job.trial;

import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Table;
import io.turnmill.job.terminal.Wrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Prints what all sessions of an archive take.
 *
 * @param sessions how many there are
 * @param hasReplies whether the task writes replies
 * @param executors among how many the work is shared
 */
record ExtrapolationTable(Extrapolation all, long sessions, boolean hasReplies, int executors) {

  List<String> lines(int columns) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("prompt tokens", all.prompt(), ExtrapolationTable::count));
    if (hasReplies) {
      rows.add(row("reply tokens", all.reply(), ExtrapolationTable::count));
    }
    rows.add(row("time of one executor", all.seconds(), ExtrapolationTable::time));
    if (executors > 1) {
      rows.add(
          row(
              "time of " + HumanFormat.count(executors, "executor", "executors"),
              all.seconds().dividedBy(executors),
              ExtrapolationTable::time));
    }
    String head = "all " + HumanFormat.count(sessions, "session", "sessions") + " together";
    List<String> lines = new ArrayList<>(List.of(""));
    new Table(List.of(head, "about", "90 % range"), rows, List.of(1))
        .lines(columns - 2)
        .forEach(line -> lines.add("  " + line));
    lines.add("");
    lines.addAll(Wrap.lines(assumptions(), columns));
    return lines;
  }

  private static List<String> row(String label, Estimated of, Function<Double, String> shown) {
    String range =
        of.range()
            .map(one -> shown.apply(one.from()) + " to " + shown.apply(one.to()))
            .orElse("not known");
    return List.of(label, shown.apply(of.number()), range);
  }

  private static String count(double tokens) {
    return HumanFormat.count(Math.round(tokens));
  }

  private static String time(double seconds) {
    return HumanFormat.time(Duration.ofMillis(Math.round(1000 * seconds)));
  }

  private String assumptions() {
    String range =
        all.prompt().range().isPresent()
            ? "The range says only how much the choice of sessions matters: 90 of 100 such draws lie"
                + " in it."
            : "To know a range, a trial needs more sessions.";
    return "Times hold for executors on machines like the trial's. Reading, grouping, loading the"
        + " model and writing are left out. They assume that a run has as many sessions in flight"
        + " as the trial had: a trial of fewer than the engine holds at once (engine.max_num_seqs)"
        + " gives longer times than a run takes. "
        + range;
  }
}
