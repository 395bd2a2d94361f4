package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.engine.FairQueue;
import io.turnmill.engine.TokenBatch.Target;
import io.turnmill.engine.decode.StepPlan.Piece;
import io.turnmill.inference.Integrity;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Request;
import io.turnmill.token.TokenIds;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A request inside the engine: its ids so far and how many of them its slot holds. Made by the
 * feed's thread, then owned by the engine's.
 *
 * <pre>
 *   ids      p p p p p p p p r r r ·       p: prompt, r: what comes after it, ·: room
 *            |-- computed ---|   |
 *            in the slot         size       the rows of the next passes cover computed .. size
 * </pre>
 */
public abstract sealed class Sequence implements FairQueue.Waiting
    permits ReplySequence, ScoringSequence {
  static final int NO_SLOT = -1;

  private final Mailbox owner;
  private final boolean followUp;
  private final boolean mayContinue;
  private int[] ids;
  private int size;
  private int slot = NO_SLOT;
  private int computed;
  private int cachedTokens;
  private int computedTokens;
  private long lastStep;

  /**
   * @param followUp the work had requests before this one, so a slot may still hold its prefix
   * @param mayContinue the work may have requests after this one, which begin as this one does
   * @param prompt the first ids
   */
  Sequence(Mailbox owner, boolean followUp, boolean mayContinue, TokenIds prompt) {
    this.owner = owner;
    this.followUp = followUp;
    this.mayContinue = mayContinue;
    this.ids = prompt.toArray();
    this.size = ids.length;
  }

  abstract Request request();

  abstract int promptTokens();

  /** Why the model has no room for the request, if it has none. */
  abstract Optional<Failure> tooLong(int maxModelLen);

  /** The greatest length that the sequence may reach, in tokens: how long its slot has to be. */
  abstract int mostTokens(int maxModelLen);

  /** How many first tokens need not be computed where a slot holds them. */
  abstract int reusableTokens();

  /** How many first tokens stay as they are for as long as the sequence has its slot. */
  abstract int lastingTokens();

  /** How many tokens of the sequence are known, whether or not they are to be computed. */
  abstract int knownTokens();

  /** How many of the tokens from {@code start} on came with the request, and were not drawn. */
  abstract int givenTokens(int start, int tokens);

  /** How the token after the present last one is drawn; empty where none is to be drawn. */
  abstract Optional<Draw> draw();

  /** What is asked for after the tokens at positions {@code start} to {@code end}. */
  abstract List<Target> targets(int start, int end);

  /**
   * Takes what a pass found for a piece of this sequence, whose tokens are computed now, and
   * returns the outcome if the sequence ends here.
   */
  abstract Optional<Outcome> take(Piece piece, PieceResult found, int maxModelLen);

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

  /** The length of the ids so far, in tokens. */
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

  /** How many tokens went through the model; those that were computed again count again. */
  int computedTokens() {
    return computedTokens;
  }

  /** How many tokens to compute before the next step of the request; 1 when it is decoding. */
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

  /** How many first tokens {@code other} can copy from this sequence, once they are computed. */
  int commonPrefix(Sequence other) {
    int most = Math.min(lastingTokens(), other.reusableTokens());
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
    computedTokens += tokens;
    lastStep = step;
  }

  /** Appends an id. There is never room for more than {@code most}. */
  void append(int id, int most) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, Math.min(most, size + Math.max(16, size / 2)));
    }
    ids[size++] = id;
  }

  /**
   * Replaces the ids from position {@code from} on. What the slot holds of the others stays, up to
   * {@code kept} of them.
   */
  void replaceFrom(int from, TokenIds others, int kept) {
    int end = from + others.size();
    if (end > ids.length) {
      ids = Arrays.copyOf(ids, end);
    }
    for (int i = from; i < end; i++) {
      ids[i] = others.get(i - from);
    }
    size = end;
    computed = Math.min(computed, kept);
  }
}
