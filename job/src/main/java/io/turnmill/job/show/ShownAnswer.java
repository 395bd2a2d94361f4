package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.terminal.HumanFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.parquet.example.data.Group;

/**
 * What a model said about a session or one of its turns, other than a reply.
 *
 * @param turn empty for the whole session
 * @param answer the answer in a few words
 * @param facts what else is known of it, each in a few words
 */
record ShownAnswer(Optional<Long> turn, String answer, List<String> facts) {
  /** How many labels beside the first one are shown. */
  private static final int MORE_LABELS = 3;

  /** How many numbers of a vector are shown. */
  private static final int NUMBERS = 4;

  /** The answers of a row of the results. */
  static List<ShownAnswer> of(Group row) {
    List<ShownAnswer> answers = new ArrayList<>();
    GroupValues.structs(row, "classifications").forEach(of -> answers.add(classification(of)));
    GroupValues.structs(row, "embeddings").forEach(of -> answers.add(embedding(of)));
    GroupValues.structs(row, "scores").forEach(of -> answers.add(score(of)));
    GroupValues.structs(row, "extractions").forEach(of -> answers.add(written(of)));
    GroupValues.structs(row, "summaries").forEach(of -> answers.add(written(of)));
    return answers;
  }

  /** The answer of a row that holds one answer, if it is one of these. */
  static Optional<ShownAnswer> ofTurn(Group row) {
    if (GroupValues.has(row, "vector")) {
      return Optional.of(embedding(row));
    }
    if (GroupValues.has(row, "perplexity")) {
      return Optional.of(score(row));
    }
    if (GroupValues.has(row, "text") && GroupValues.has(row, "finish_reason")) {
      return Optional.of(written(row));
    }
    return GroupValues.has(row, "unsure") ? Optional.of(classification(row)) : Optional.empty();
  }

  private static Optional<Long> turn(Group of) {
    return GroupValues.text(of, "turn").map(Long::parseLong);
  }

  private static ShownAnswer classification(Group of) {
    List<Group> scores = GroupValues.structs(of, "scores");
    List<String> labels = GroupValues.list(of, "labels");
    String answer =
        labels.isEmpty()
            ? "no label"
            : String.join(", ", labels) + (GroupValues.isTrue(of, "unsure") ? " (unsure)" : "");
    List<String> facts = new ArrayList<>();
    GroupValues.real(of, "value").ifPresent(value -> facts.add(text("mean %.2f", value)));
    if (!scores.isEmpty()) {
      facts.add(
          scores.stream()
              .limit(1 + MORE_LABELS)
              .map(
                  score ->
                      GroupValues.text(score, "label").orElse("")
                          + GroupValues.real(score, "score")
                              .map(value -> text(" %.2f", value))
                              .orElse(""))
              .collect(Collectors.joining(", ")));
    }
    addCount(facts, of, "cut_tokens", "tokens cut off");
    addCount(facts, of, "dropped_messages", "messages cut off");
    return new ShownAnswer(turn(of), answer, facts);
  }

  private static ShownAnswer embedding(Group of) {
    ShownAnswer vector = vector(of);
    List<String> facts = new ArrayList<>(vector.facts());
    if (GroupValues.number(of, "chunks") > 1) {
      facts.add(HumanFormat.count(GroupValues.number(of, "chunks")) + " chunks");
    }
    return new ShownAnswer(turn(of), vector.answer(), facts);
  }

  /** A vector that is about the whole of something. */
  static ShownAnswer vector(Group of) {
    List<String> numbers = GroupValues.list(of, "vector");
    String first =
        numbers.stream()
            .limit(NUMBERS)
            .map(number -> number.contains(".") ? text("%.3f", Double.valueOf(number)) : number)
            .collect(Collectors.joining(", "));
    List<String> facts = new ArrayList<>();
    facts.add("[" + first + (numbers.size() > NUMBERS ? ", …]" : "]"));
    GroupValues.real(of, "scale").ifPresent(scale -> facts.add(text("scale %.5f", scale)));
    addCount(facts, of, "prompt_tokens", "tokens");
    addCount(facts, of, "cut_tokens", "tokens cut off");
    return new ShownAnswer(
        Optional.empty(),
        "vector of " + HumanFormat.count(numbers.size(), "number", "numbers"),
        facts);
  }

  private static ShownAnswer score(Group of) {
    String answer =
        "perplexity "
            + GroupValues.real(of, "perplexity").map(value -> text("%.2f", value)).orElse("?");
    List<String> facts = new ArrayList<>();
    GroupValues.text(of, "field").ifPresent(field -> facts.add("field " + field));
    GroupValues.real(of, "mean_logprob")
        .ifPresent(value -> facts.add(text("mean log-probability %.3f", value)));
    addCount(facts, of, "scored_tokens", "tokens");
    addCount(facts, of, "dropped_messages", "messages cut off");
    return new ShownAnswer(turn(of), answer, facts);
  }

  /** An answer to a question, or a summary. */
  private static ShownAnswer written(Group of) {
    String about = GroupValues.text(of, "question").map(question -> question + ": ").orElse("");
    boolean isNothing = GroupValues.has(of, "found") && !GroupValues.isTrue(of, "found");
    String text = isNothing ? "nothing" : GroupValues.text(of, "text").orElse("").strip();
    List<String> facts = new ArrayList<>();
    facts.add(GroupValues.text(of, "finish_reason").orElse(""));
    GroupValues.real(of, "confidence")
        .ifPresent(value -> facts.add(text("confidence %.2f", value)));
    addCount(facts, of, "prompt_tokens", "prompt tokens");
    addCount(facts, of, "completion_tokens", "tokens");
    return new ShownAnswer(turn(of), about + text, facts);
  }

  private static void addCount(List<String> facts, Group of, String column, String what) {
    long count = GroupValues.number(of, column);
    if (count > 0) {
      facts.add(HumanFormat.count(count) + " " + what);
    }
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
