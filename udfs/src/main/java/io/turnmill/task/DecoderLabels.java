package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.Request;
import io.turnmill.inference.Score;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.session.Session;
import io.turnmill.task.Classification.Scored;
import io.turnmill.task.Classification.Work;
import io.turnmill.task.LabelQuestion.Kind;
import io.turnmill.task.Question.Asked;
import io.turnmill.task.TaskOptions.Classify;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * The task {@code classify} over a decoder, which is asked and writes nothing: the probability of a
 * label is that of its tokens after the prompt, the product over the tokens, divided by the sum
 * over all labels. Of several labels that may apply, each is asked about by itself, and its score
 * is the probability of yes against no.
 */
public final class DecoderLabels implements QuestionsTask.Questions<Classification> {
  private final Classify options;
  private final LabelPrompts prompts;
  private final List<String> labels;

  /** The tokens of the labels, or of yes and no if each label is asked about by itself. */
  private final List<TokenIds> continuations;

  private DecoderLabels(
      Classify options, LabelPrompts prompts, List<String> labels, List<TokenIds> continuations) {
    this.options = options;
    this.prompts = prompts;
    this.labels = List.copyOf(labels);
    this.continuations = continuations;
  }

  /**
   * How prompts are made.
   *
   * @param room makes prompts that leave room for this many tokens after them
   * @param cutLeft whether the oldest messages of a session that is too long are left out
   * @param text makes the text that is asked about, in place of the messages
   */
  public record Asking(
      IntFunction<PromptBuilder> room, boolean cutLeft, Optional<AskedText> text) {}

  /**
   * The task over a decoder.
   *
   * @param tokenizer the tokenizer of the model
   * @param end the token that ends a turn, if there is one
   * @throws IllegalArgumentException if the labels cannot be told apart
   */
  public static Task<Session, Answers<Classification>> task(
      Classify options, Asking asking, Tokenizer tokenizer, OptionalInt end) {
    List<String> labels = LabelQuestion.labels(options);
    List<String> written = options.choice().multiLabel() ? LabelQuestion.YES_NO : labels;
    List<TokenIds> tokens = LabelTokens.of(written, tokenizer, end);
    int longest = tokens.stream().mapToInt(TokenIds::size).max().orElseThrow();
    LabelPrompts prompts =
        new LabelPrompts(
            new LabelQuestion(options),
            asking.room().apply(longest),
            asking.cutLeft(),
            asking.text());
    return new QuestionsTask<>(
        TaskKind.CLASSIFY, new DecoderLabels(options, prompts, labels, tokens));
  }

  /** The labels that a decoder chooses from: yes and no for a question without labels. */
  public static List<String> labels(Classify options) {
    return LabelQuestion.labels(options);
  }

  /** How many tokens the longest question has with its longest answer, without what it is about. */
  public static int questionTokens(Classify options, Tokenizer tokenizer) {
    LabelQuestion question = new LabelQuestion(options);
    int asked = 0;
    for (int place = 0; place < question.count(); place++) {
      asked = Math.max(asked, tokens(question.about(Kind.CONVERSATION, "", place), tokenizer));
    }
    int answered = 0;
    for (String label : LabelQuestion.labels(options)) {
      answered = Math.max(answered, tokens(label, tokenizer));
    }
    return asked + answered + 1; // and the token that ends a turn
  }

  private static int tokens(String text, Tokenizer tokenizer) {
    return tokenizer.encode(text, List.of()).size();
  }

  @Override
  public List<Question<Classification>> about(Session session) {
    return options.unit().in(session).stream()
        .map(
            turn ->
                new Question<Classification>(
                    turn, prompts.chars(session, turn), () -> ask(session, turn)))
        .toList();
  }

  private Asked<Classification> ask(Session session, OptionalInt turn) {
    List<Prompt> made = prompts.about(session, turn);
    List<Request> requests =
        made.stream().<Request>map(prompt -> new Score(prompt.ids(), continuations)).toList();
    int dropped = made.get(0).droppedMessages();
    return new Asked<>(requests, outcomes -> classification(turn, outcomes, dropped));
  }

  private Classification classification(OptionalInt turn, List<Outcome> outcomes, int dropped) {
    double[] scores;
    if (options.choice().multiLabel()) {
      scores = outcomes.stream().mapToDouble(of -> shares((Scores) of)[0]).toArray();
    } else {
      scores = shares((Scores) outcomes.get(0));
    }
    int tokens = 0;
    int cached = 0;
    int computed = 0;
    for (Outcome outcome : outcomes) {
      Scores of = (Scores) outcome;
      tokens += of.promptTokens();
      cached += of.cachedTokens();
      computed += of.computedTokens();
    }
    Work work = new Work(tokens, cached, computed, 0, dropped);
    return Classification.of(
        turn,
        Scored.of(labels, scores, /* areShares= */ !options.choice().multiLabel()),
        options.choice(),
        work);
  }

  /** The probabilities of the continuations, divided by their sum. */
  static double[] shares(Scores scores) {
    int count = scores.logprobs().size();
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, scores.sum(i));
    }
    double[] shares = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      shares[i] = Math.exp(scores.sum(i) - most);
      sum += shares[i];
    }
    for (int i = 0; i < count; i++) {
      shares[i] /= sum;
    }
    return shares;
  }
}
