package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.engine.FairQueue;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Integrity;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.RandomNumbers;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A request inside the engine: its ids so far and how many of them its slot holds. Made by the
 * feed's thread, then owned by the engine's.
 *
 * <pre>
 *   ids      p p p p p p p p r r r ·       p: prompt, r: reply, ·: room
 *            |-- computed ---|   |
 *            in the slot         size       the rows of the next passes cover computed .. size
 * </pre>
 */
public final class Sequence implements FairQueue.Waiting {
  static final int NO_SLOT = -1;

  private final Generate request;
  private final Mailbox owner;
  private final boolean followUp;
  private final boolean mayContinue;
  private final ThinkingLimit thinking;
  private final RepetitionDetector repetition;
  private final ScoreEditor editor;
  private final List<TokenLogprob> logprobs = new ArrayList<>(0);
  private int[] ids;
  private int size;
  private int slot = NO_SLOT;
  private int computed;
  private int cachedTokens;
  private double sumLogprob;
  private long lastStep;

  /**
   * @param followUp the work had requests before this one, so a slot may still hold its prefix
   * @param mayContinue the work may have requests after this one, which begin as this one does
   */
  Sequence(Generate request, Mailbox owner, boolean followUp, boolean mayContinue) {
    this.request = request;
    this.owner = owner;
    this.followUp = followUp;
    this.mayContinue = mayContinue;
    this.thinking = new ThinkingLimit(request.sampling().thinking(), request.newStopCheck());
    this.repetition = RepetitionDetector.of(request.sampling());
    this.editor = new ScoreEditor(request.sampling(), request.prompt());
    this.ids = request.prompt().toArray();
    this.size = ids.length;
  }

  Generate request() {
    return request;
  }

  @Override
  public Mailbox owner() {
    return owner;
  }

  @Override
  public boolean followUp() {
    return followUp;
  }

  boolean mayContinue() {
    return mayContinue;
  }

  @Override
  public void verifyWaiting() {
    Integrity.check(slot == NO_SLOT, "a waiting request has a slot");
  }

  int promptTokens() {
    return request.prompt().size();
  }

  /** The length of the prompt with the longest reply that it may have, in tokens. */
  int mostTokens(int maxModelLen) {
    return (int) Math.min(maxModelLen, (long) promptTokens() + request.sampling().maxTokens());
  }

  /** The length of the prompt and the reply so far, in tokens. */
  int size() {
    return size;
  }

  int slot() {
    return slot;
  }

  int computed() {
    return computed;
  }

  int cachedTokens() {
    return cachedTokens;
  }

  /** How many tokens to compute before the next can be drawn; 1 when the sequence is decoding. */
  int remaining() {
    return size - computed;
  }

  /** The number of the last step that computed tokens of this sequence. */
  long lastStep() {
    return lastStep;
  }

  /** The array that holds ids 0 … {@link #size}; not to be changed. */
  int[] ids() {
    return ids;
  }

  /** How many first tokens this and {@code other} share; the last one of this does not count. */
  int commonPrefix(Sequence other) {
    int most = Math.min(size, other.size - 1);
    int mismatch = Arrays.mismatch(ids, 0, most, other.ids, 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  TokenIds slice(int from, int to) {
    return TokenIds.of(Arrays.copyOfRange(ids, from, to));
  }

  void enterSlot(int newSlot, int reusedTokens) {
    slot = newSlot;
    computed = reusedTokens;
    cachedTokens = reusedTokens;
  }

  /** Takes that the slot holds nothing of this sequence. */
  void startAfresh() {
    computed = 0;
    cachedTokens = 0;
  }

  void leaveSlot() {
    slot = NO_SLOT;
  }

  void advance(int tokens, long step) {
    computed += tokens;
    lastStep = step;
  }

  /** How the token after the present last one is drawn. */
  public Draw nextDraw() {
    int drawn = size - promptTokens();
    return thinking
        .forcedDraw()
        .orElseGet(() -> plainDraw(drawn).with(editor.edits(drawn)))
        .withAlternatives(Math.max(0, request.sampling().logprobs()));
  }

  private Draw plainDraw(int drawn) {
    SamplingParams sampling = request.sampling();
    if (sampling.greedy()) {
      return Draw.GREEDY;
    }
    return new Draw(
        (float) Math.min(sampling.temperature(), Float.MAX_VALUE),
        sampling.topK(),
        (float) sampling.topP(),
        (float) sampling.minP(),
        RandomNumbers.uniform(request.randomKey(), drawn));
  }

  /**
   * Takes the token that was drawn, and returns the outcome if the reply ends here. Before {@code
   * minTokens} no stop token is drawn, unless all tokens are stop tokens; such a token is kept like
   * any other. The stop check sees every token, but cannot end the reply before then.
   *
   * @param token its log-probability is NaN when the scores were not finite, and then it means
   *     nothing
   */
  public Optional<Outcome> append(TokenLogprob token, int maxModelLen) {
    int id = token.id();
    if (Float.isNaN(token.logprob())) {
      return Optional.of(
          new Outcome.Failure(
              FailureCode.NON_FINITE, "scores not finite after " + size + " tokens"));
    }
    SamplingParams sampling = request.sampling();
    if (!thinking.takeForced()) {
      sumLogprob += token.logprob();
    }
    if (sampling.logprobs() >= 0) {
      logprobs.add(token);
    }
    int drawn = size - promptTokens() + 1;
    if (drawn > sampling.minTokens() && sampling.stopTokenIds().contains(id)) {
      return Optional.of(completion(FinishReason.STOP, id));
    }
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, Math.min(maxModelLen, size + Math.max(16, size / 2)));
    }
    ids[size++] = id;
    editor.append(id);
    boolean repeats = repetition.append(ids, promptTokens(), size);
    if (thinking.append(id) && drawn >= sampling.minTokens()) {
      return Optional.of(completion(FinishReason.STOP, -1));
    }
    if (drawn >= sampling.maxTokens() || size == maxModelLen) {
      return Optional.of(completion(FinishReason.LENGTH, -1));
    }
    return repeats && drawn >= sampling.minTokens()
        ? Optional.of(completion(FinishReason.REPETITION, -1))
        : Optional.empty();
  }

  private Completion completion(FinishReason reason, int stopTokenId) {
    TokenIds reply = slice(promptTokens(), size);
    int drawn = reply.size() + (stopTokenId >= 0 ? 1 : 0);
    return new Completion(
        reply,
        reason,
        stopTokenId,
        promptTokens(),
        cachedTokens,
        drawn,
        sumLogprob,
        List.copyOf(logprobs),
        thinking.forcedTokens(),
        false);
  }
}
