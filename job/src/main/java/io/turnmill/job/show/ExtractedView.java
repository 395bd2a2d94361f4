package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.Terminal.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.example.data.Group;

/** Prints what was extracted: each answer with its place and the text around it. */
final class ExtractedView {
  /** The column that only results of the task have. */
  static final String ASKED = "asked_questions";

  private final MergedResult result;
  private final Terminal terminal;
  private final AnswerLines lines;

  /**
   * @param lines to which those of the answers are added
   */
  ExtractedView(MergedResult result, Terminal terminal, AnswerLines lines) {
    this.result = result;
    this.terminal = terminal;
    this.lines = lines;
  }

  void show() {
    Group row = result.row();
    Map<String, List<Group>> byQuestion = new LinkedHashMap<>();
    result.questions().forEach(name -> byQuestion.put(name, new ArrayList<>()));
    for (Group answer : GroupValues.structs(row, "answers")) {
      String question = GroupValues.text(answer, "question").orElse("");
      byQuestion.computeIfAbsent(question, any -> new ArrayList<>()).add(answer);
    }
    byQuestion.forEach(
        (question, answers) -> {
          if (answers.isEmpty()) {
            lines.title("▶ " + MergedView.line(question), List.of("no answer"));
          }
          answers.forEach(answer -> answer(question, answer));
        });
    long without = GroupValues.number(row, "unanswered_questions");
    if (without > 0) {
      String of = HumanFormat.count(GroupValues.number(row, ASKED));
      lines.body(
          HumanFormat.count(without) + " of " + of + " questions to chunks have no outcome.",
          Style.RED);
    }
  }

  private void answer(String question, Group answer) {
    List<String> facts = new ArrayList<>();
    MergedView.addReason(facts, answer);
    MergedView.addConfidence(facts, answer);
    List<String> chunks = GroupValues.list(answer, "chunks");
    if (chunks.size() > 1) {
      facts.add("found in chunks " + MergedView.numbers(chunks));
    }
    lines.title("▶ " + MergedView.line(question), facts);
    lines.body(GroupValues.text(answer, "text").orElse(""), Style.BOLD);
    if (!GroupValues.has(answer, "start")) {
      Optional<ShownChunk> of =
          chunks.stream().findFirst().flatMap(first -> result.chunks().get(Long.parseLong(first)));
      lines.body(
          "not in these words in " + of.map(ShownChunk::place).orElse("the text"), Style.DIM);
      return;
    }
    int from = (int) GroupValues.number(answer, "start");
    int to = (int) GroupValues.number(answer, "end");
    Optional<ShownChunk> holding = result.chunks().holding(from, to);
    lines.body(
        holding
            .map(of -> "chunk " + of.number() + " · " + of.place(from, to))
            .orElse("characters " + HumanFormat.count(from) + "–" + HumanFormat.count(to)),
        Style.DIM);
    if (holding.isPresent()) {
      lines.quote(Quotation.lines(result.chunks(), from, to, terminal));
    }
  }
}
