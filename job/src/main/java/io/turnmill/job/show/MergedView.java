package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.Terminal.Style;
import io.turnmill.job.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.parquet.example.data.Group;

/**
 * Prints the result that was made of answers about chunks: labels with the chunks that decided, a
 * summary, a vector, and by views of their own the answers to questions.
 */
final class MergedView {
  private static final int CHUNKS_SHOWN = 3;
  private static final int NUMBERS_SHOWN = 12;

  private final MergedResult result;
  private final Group row;
  private final AnswerLines lines;

  private MergedView(MergedResult result, Terminal terminal) {
    this.result = result;
    this.row = result.row();
    this.lines = new AnswerLines(terminal, "", terminal.columns(), false);
  }

  /** The lines of a result, none if there is none. */
  static List<String> lines(MergedResult result, Terminal terminal) {
    MergedView view = new MergedView(result, terminal);
    if (GroupValues.has(result.row(), MergedResult.CHUNK_COUNT)) {
      view.labels();
      view.vector();
      if (GroupValues.has(view.row, ExtractedView.ASKED)) {
        new ExtractedView(result, terminal, view.lines).show();
      }
      if (AskedView.areIn(view.row.getType())) {
        new AskedView(result, terminal, view.lines).show();
      }
      view.summary();
    }
    view.withoutAnswer();
    return view.lines.lines().stream().map(AnswerLines.Line::text).toList();
  }

  private void labels() {
    if (!GroupValues.has(row, "unsure")) {
      return;
    }
    List<String> labels = GroupValues.list(row, "labels");
    List<String> facts = new ArrayList<>();
    GroupValues.real(row, "score").ifPresent(score -> facts.add(number(score)));
    if (GroupValues.isTrue(row, "unsure")) {
      facts.add("unsure");
    }
    GroupValues.real(row, "value").ifPresent(value -> facts.add("mean " + number(value)));
    lines.title("▶ " + (labels.isEmpty() ? "no label" : line(String.join(", ", labels))), facts);
    for (Group score : GroupValues.structs(row, "scores")) {
      String label = GroupValues.text(score, "label").orElse("");
      String value = GroupValues.real(score, "score").map(MergedView::number).orElse("?");
      lines.body(value + "  " + label + " · " + deciding(GroupValues.list(score, "chunks")));
    }
  }

  /** Which chunks decided on a label, with the places of the first ones. */
  private String deciding(List<String> numbers) {
    if (numbers.isEmpty()) {
      return "no chunk";
    }
    if (numbers.size() > 1 && numbers.size() == GroupValues.number(row, MergedResult.CHUNK_COUNT)) {
      return "all chunks";
    }
    String places =
        numbers.stream()
            .limit(CHUNKS_SHOWN)
            .map(
                number ->
                    result
                        .chunks()
                        .get(Long.parseLong(number))
                        .map(ShownChunk::place)
                        .orElse("chunk " + number))
            .collect(Collectors.joining("; "));
    int more = numbers.size() - CHUNKS_SHOWN;
    return more > 0
        ? places + "; and " + HumanFormat.count(more, "chunk", "chunks") + " more"
        : places;
  }

  private void vector() {
    if (GroupValues.has(row, "vector")) {
      ShownAnswer vector = ShownAnswer.vector(row);
      lines.title("▶ " + vector.answer(), vector.facts());
    }
  }

  private void summary() {
    if (!GroupValues.has(row, "reduce_rounds")) {
      return;
    }
    List<String> facts = new ArrayList<>();
    addReason(facts, row);
    long rounds = GroupValues.number(row, "reduce_rounds");
    if (rounds > 0) {
      facts.add(
          "made in "
              + HumanFormat.count(rounds, "round", "rounds")
              + " from those of "
              + HumanFormat.count(
                  GroupValues.number(row, MergedResult.CHUNK_COUNT), "chunk", "chunks"));
    }
    lines.title("▶ summary", facts);
    lines.body(GroupValues.text(row, "summary").orElse(""));
    List<String> leftOut = GroupValues.list(row, "left_out_chunks");
    if (!leftOut.isEmpty()) {
      lines.body("Nothing of these chunks is in it: " + numbers(leftOut) + ".", Style.RED);
    }
    List<String> cutShort = GroupValues.list(row, "cut_short_chunks");
    if (!cutShort.isEmpty()) {
      lines.body(
          "The summaries of these chunks were cut short: " + numbers(cutShort) + ".", Style.DIM);
    }
  }

  /** The chunks that have no answer. */
  private void withoutAnswer() {
    List<ShownChunk> without =
        result.chunks().all().stream().filter(chunk -> chunk.error().isPresent()).toList();
    if (without.isEmpty()) {
      return;
    }
    lines.title(
        "▶ " + HumanFormat.count(without.size(), "chunk", "chunks") + " without an answer",
        List.of());
    for (ShownChunk chunk : without.subList(0, Math.min(CHUNKS_SHOWN, without.size()))) {
      lines.body(chunk.place(), Style.DIM);
      lines.body(chunk.error().orElseThrow(), Style.RED);
    }
    if (without.size() > CHUNKS_SHOWN) {
      lines.body("and " + HumanFormat.count(without.size() - CHUNKS_SHOWN) + " more", Style.DIM);
    }
  }

  static void addConfidence(List<String> facts, Group of) {
    GroupValues.real(of, "confidence").ifPresent(value -> facts.add("confidence " + number(value)));
  }

  static void addReason(List<String> facts, Group of) {
    GroupValues.text(of, "finish_reason").ifPresent(facts::add);
  }

  static String numbers(List<String> chunks) {
    String first = chunks.stream().limit(NUMBERS_SHOWN).collect(Collectors.joining(", "));
    int more = chunks.size() - NUMBERS_SHOWN;
    return more > 0 ? first + " and " + HumanFormat.count(more) + " more" : first;
  }

  static String line(String text) {
    return TerminalText.line(text);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
