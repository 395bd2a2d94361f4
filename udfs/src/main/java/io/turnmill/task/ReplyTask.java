package io.turnmill.task;

import io.turnmill.inference.SamplingParams;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.session.Session;
import io.turnmill.token.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The tasks {@code reply}, {@code replay} and {@code rollout}: answer user turns of each session,
 * {@code n} times each. A turn is shown with what the archive holds before it; in {@code rollout}
 * the model's own replies stand there in place of the archive's.
 */
public final class ReplyTask implements Task<Session, Replies> {
  private final TaskKind kind;
  private final PromptBuilder prompts;
  private final Tokenizer tokenizer;
  private final SamplingParams sampling;
  private final Set<Integer> endTokenIds;
  private final StopStrings stops;
  private final List<String> stopStrings;
  private final long seed;
  private final Optional<ReasoningMarkers> markers;
  private final Optional<Reasoning> reasoning;

  /**
   * What ends a reply, and the reasoning in it.
   *
   * @param endTokenIds the model's end-of-sequence ids; they end a reply without a stop reason
   * @param stopStrings texts that end a reply and are not part of it
   * @param reasoning between which marks the model reasons, if it does
   */
  public record Ends(
      Set<Integer> endTokenIds, List<String> stopStrings, Optional<ReasoningMarkers> reasoning) {
    public Ends {
      endTokenIds = Set.copyOf(endTokenIds);
      stopStrings = List.copyOf(stopStrings);
    }

    /** What ends a reply of a model that does not reason. */
    public Ends(Set<Integer> endTokenIds, List<String> stopStrings) {
      this(endTokenIds, stopStrings, Optional.empty());
    }
  }

  /**
   * @param sampling how to sample; its stop token ids are the user's and the model's
   */
  public ReplyTask(
      TaskKind kind,
      PromptBuilder prompts,
      Tokenizer tokenizer,
      SamplingParams sampling,
      Ends ends,
      long seed) {
    this.kind = kind;
    this.prompts = prompts;
    this.tokenizer = tokenizer;
    this.sampling = sampling;
    this.endTokenIds = ends.endTokenIds();
    this.stopStrings = ends.stopStrings();
    this.stops = new StopStrings(stopStrings, sampling.minTokens(), tokenizer);
    this.seed = seed;
    this.markers = ends.reasoning();
    this.reasoning = markers.map(of -> new Reasoning(of, tokenizer));
  }

  @Override
  public String name() {
    return kind.wireName();
  }

  @Override
  public String scope() {
    // The lengths are part of the text, so that different lists have different texts.
    List<String> told = stopStrings.stream().map(stop -> stop.length() + ":" + stop).toList();
    String ends = "stop " + told + "\nend tokens " + new TreeSet<>(endTokenIds);
    // Where reasoning has no budget, no reply depends on where it ends.
    return sampling.thinking().tokens() == 0
        ? ends
        : ends + "\nreasoning " + markers.map(ReasoningMarkers::toString).orElse("none");
  }

  @Override
  public <T> ItemWork<T, Replies> begin(T row, Function<? super T, ? extends Session> sessionOf) {
    return kind == TaskKind.ROLLOUT
        ? new RolloutWork<>(this, row, sessionOf)
        : new ReplyWork<>(this, row, sessionOf);
  }

  TaskKind kind() {
    return kind;
  }

  PromptBuilder prompts() {
    return prompts;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  SamplingParams sampling() {
    return sampling;
  }

  Set<Integer> endTokenIds() {
    return endTokenIds;
  }

  StopStrings stops() {
    return stops;
  }

  /** Finds the reasoning in replies, if the model reasons. */
  Optional<Reasoning> reasoning() {
    return reasoning;
  }

  long seed() {
    return seed;
  }
}
