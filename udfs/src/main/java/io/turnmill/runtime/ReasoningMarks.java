package io.turnmill.runtime;

import io.turnmill.inference.ThinkingBudget;
import io.turnmill.model.SettingException;
import io.turnmill.task.ReasoningMarkers;
import io.turnmill.task.ReasoningMarkers.Marker;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Finds the marks between which a model reasons. */
final class ReasoningMarks {
  static final String AUTO = "auto";
  static final String NONE = "none";

  private record Pair(String start, String end) {}

  /** The marks of DeepSeek R1, Qwen 3 and most others, and those of Mistral's models. */
  private static final List<Pair> USUAL =
      List.of(new Pair("<think>", "</think>"), new Pair("[THINK]", "[/THINK]"));

  private ReasoningMarks() {}

  /**
   * The marks of a model.
   *
   * @param setting {@code auto} for usual marks, if both are tokens of the model or its chat
   *     template writes both; {@code none}; or the two marks, joined by a comma
   * @param template the source of the chat template
   */
  static Optional<ReasoningMarkers> of(String setting, String template, Tokenizer tokenizer) {
    if (setting.equals(NONE)) {
      return Optional.empty();
    }
    if (!setting.equals(AUTO)) {
      int comma = setting.indexOf(',');
      return Optional.of(
          markers(
              new Pair(setting.substring(0, comma).strip(), setting.substring(comma + 1).strip()),
              tokenizer));
    }
    return USUAL.stream()
        .filter(pair -> template.contains(pair.start()) && template.contains(pair.end()))
        .findFirst()
        .map(pair -> markers(pair, tokenizer))
        .or(
            () ->
                USUAL.stream()
                    .map(pair -> markers(pair, tokenizer))
                    .filter(of -> of.start().id().isPresent() && of.end().id().isPresent())
                    .findFirst());
  }

  private static ReasoningMarkers markers(Pair pair, Tokenizer tokenizer) {
    return new ReasoningMarkers(marker(pair.start(), tokenizer), marker(pair.end(), tokenizer));
  }

  private static Marker marker(String text, Tokenizer tokenizer) {
    OptionalInt id =
        tokenizer.addedTokens().stream()
            .filter(token -> token.content().equals(text))
            .mapToInt(AddedToken::id)
            .findFirst();
    return new Marker(text, id);
  }

  /**
   * The budget of a model that reasons between these marks.
   *
   * @param tokens 0 for no limit
   * @throws SettingException when the model does not reason, so that there is nothing to limit
   */
  static ThinkingBudget budget(
      int tokens, Optional<ReasoningMarkers> markers, Tokenizer tokenizer) {
    if (tokens == 0) {
      return ThinkingBudget.UNLIMITED;
    }
    Marker end =
        markers
            .map(ReasoningMarkers::end)
            .orElseThrow(
                () ->
                    new SettingException(
                        "sampling.thinking_budget limits reasoning, but neither the chat template"
                            + " nor the tokens of this model have marks of reasoning; name them"
                            + " with prompt.reasoning"));
    TokenIds ids =
        end.id().isPresent()
            ? TokenIds.of(end.id().getAsInt())
            : tokenizer.encode(end.text(), List.of());
    return new ThinkingBudget(tokens, IntStream.of(ids.toArray()).boxed().toList());
  }
}
