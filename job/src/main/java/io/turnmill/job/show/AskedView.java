package io.turnmill.job.show;

import io.turnmill.document.CodePoints;
import io.turnmill.document.Span;
import io.turnmill.job.results.GroupValues;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.Terminal.Style;
import io.turnmill.task.merge.AnswerPlaces;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;

/**
 * Prints the answers of the task {@code ask}: each with the chunks that the model was shown, the
 * best ones first, and the text around it where one of them has it.
 */
final class AskedView {
  private static final String UNANSWERED = "unanswered";
  private static final int CHUNKS_SHOWN = 5;

  /** Chunks without a score come last. */
  private static final Comparator<Group> BEST_FIRST =
      Comparator.comparingDouble(
          of -> GroupValues.real(of, "score").map(score -> -score).orElse(Double.MAX_VALUE));

  private final MergedResult result;
  private final Terminal terminal;
  private final AnswerLines lines;

  /**
   * @param lines to which those of the answers are added
   */
  AskedView(MergedResult result, Terminal terminal, AnswerLines lines) {
    this.result = result;
    this.terminal = terminal;
    this.lines = lines;
  }

  /** Whether merged rows of these columns have such answers. */
  static boolean areIn(GroupType schema) {
    return schema.containsField(UNANSWERED);
  }

  void show() {
    Map<String, Group> answers = byQuestion("answers");
    Map<String, Group> without = byQuestion(UNANSWERED);
    Set<String> questions = new LinkedHashSet<>(result.questions());
    questions.addAll(answers.keySet());
    questions.addAll(without.keySet());
    for (String question : questions) {
      if (answers.containsKey(question)) {
        answer(question, answers.get(question));
      } else {
        lines.title("▶ " + MergedView.line(question), List.of("no answer"));
        Optional.ofNullable(without.get(question))
            .ifPresent(why -> lines.body(ShownChunk.error(why).orElse(""), Style.RED));
      }
    }
  }

  private Map<String, Group> byQuestion(String column) {
    Map<String, Group> byQuestion = new LinkedHashMap<>();
    GroupValues.structs(result.row(), column)
        .forEach(of -> byQuestion.put(GroupValues.text(of, "question").orElse(""), of));
    return byQuestion;
  }

  private void answer(String question, Group answer) {
    boolean found = GroupValues.isTrue(answer, "found");
    String text = GroupValues.text(answer, "text").orElse("");
    List<Group> given = GroupValues.structs(answer, "chunks").stream().sorted(BEST_FIRST).toList();
    List<String> facts = new ArrayList<>();
    if (!found) {
      facts.add("nothing found");
    }
    MergedView.addReason(facts, answer);
    MergedView.addConfidence(facts, answer);
    facts.add("shown " + HumanFormat.count(given.size(), "chunk", "chunks"));
    lines.title("▶ " + MergedView.line(question), facts);
    if (found) {
      lines.body(text, Style.BOLD);
    }
    given.stream().limit(CHUNKS_SHOWN).forEach(chunk -> lines.body(given(chunk), Style.DIM));
    if (given.size() > CHUNKS_SHOWN) {
      lines.body("and " + HumanFormat.count(given.size() - CHUNKS_SHOWN) + " more", Style.DIM);
    }
    List<String> dropped = GroupValues.list(answer, "dropped_chunks");
    if (!dropped.isEmpty()) {
      String chunks = dropped.size() == 1 ? "chunk " : "chunks ";
      lines.body("did not fit: " + chunks + MergedView.numbers(dropped), Style.DIM);
    }
    if (found) {
      quote(text, given);
    }
  }

  /** A chunk that the model was shown, and why. */
  private String given(Group chunk) {
    long number = GroupValues.number(chunk, "number");
    String place = result.chunks().get(number).map(ShownChunk::place).orElse("chunk " + number);
    return place
        + GroupValues.real(chunk, "score")
            .map(score -> " · score " + MergedView.number(score))
            .orElse("");
  }

  /** The text around the answer in the best of the chunks that have it word for word, or nearly. */
  private void quote(String text, List<Group> given) {
    for (Group of : given) {
      Optional<ShownChunk> chunk = result.chunks().get(GroupValues.number(of, "number"));
      Optional<Span> span = chunk.flatMap(in -> new AnswerPlaces(in.text()).of(text));
      if (span.isPresent()) {
        CodePoints places = CodePoints.of(chunk.get().text());
        int start = chunk.get().start();
        lines.quote(
            Quotation.lines(
                result.chunks(),
                start + places.at(span.get().from()),
                start + places.at(span.get().to()),
                terminal));
        return;
      }
    }
  }
}
