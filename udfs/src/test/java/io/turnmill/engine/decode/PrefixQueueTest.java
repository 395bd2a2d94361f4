package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.decode.StepPlan.Piece;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The scheduler with prefixes that are still being computed. */
class PrefixQueueTest {
  private static final int SYSTEM_PROMPT = 100;

  @Test
  void sessionsThatStartTogetherComputeTheirSystemPromptOnce() {
    Scheduler scheduler = scheduler(8);
    List<Sequence> sessions =
        IntStream.range(0, 5).mapToObj(i -> add(scheduler, prompt(SYSTEM_PROMPT, i, 10))).toList();

    assertThat(step(scheduler, 1000).tokens()).isEqualTo(SYSTEM_PROMPT + 10);
    assertThat(scheduler.waiting()).isEqualTo(4);
    StepPlan second = step(scheduler, 1000);

    assertThat(second.copies()).hasSize(4);
    assertThat(second.tokens()).isEqualTo(1 + 4 * 10);
    assertThat(sessions.subList(1, 5))
        .allSatisfy(session -> assertThat(session.cachedTokens()).isEqualTo(SYSTEM_PROMPT));
  }

  @Test
  void aPrefixInPiecesIsWaitedForToItsEnd() {
    Scheduler scheduler = scheduler(8);
    Sequence first = add(scheduler, prompt(SYSTEM_PROMPT, 1, 10));
    Sequence second = add(scheduler, prompt(SYSTEM_PROMPT, 2, 10));

    step(scheduler, 60);
    assertThat(first.computed()).isEqualTo(60);
    step(scheduler, 60);
    assertThat(second.slot()).isEqualTo(Sequence.NO_SLOT);
    step(scheduler, 60);
    assertThat(second.cachedTokens()).isEqualTo(SYSTEM_PROMPT);
  }

  @Test
  void othersDoNotWait() {
    Scheduler scheduler = scheduler(8);
    add(scheduler, prompt(SYSTEM_PROMPT, 1, 10));
    Sequence same = add(scheduler, prompt(SYSTEM_PROMPT, 2, 10));
    Sequence shortCommonPrefix = add(scheduler, prompt(PrefixQueue.WORTHWHILE - 1, 3, 200));
    Sequence other = add(scheduler, prompt(0, 4, 50));

    assertThat(step(scheduler, 1000).pieces().stream().map(Piece::sequence))
        .contains(shortCommonPrefix, other)
        .doesNotContain(same);
  }

  @Test
  void noneWaitsWherePrefixesAreNotReused() {
    Scheduler scheduler =
        new Scheduler(
            new SlotTable(8, 10_000, false),
            Integer.MAX_VALUE,
            new SuspendedSequences(SuspendedSequences.Backoff.USUAL, System::nanoTime));
    add(scheduler, prompt(SYSTEM_PROMPT, 1, 10));
    add(scheduler, prompt(SYSTEM_PROMPT, 2, 10));

    assertThat(step(scheduler, 1000).pieces()).hasSize(2);
  }

  @Test
  void theWaitEndsWhenTheSequenceThatComputesIsWithdrawn() {
    Scheduler scheduler = scheduler(8);
    Sequence first = add(scheduler, prompt(SYSTEM_PROMPT, 1, 10));
    Sequence second = add(scheduler, prompt(SYSTEM_PROMPT, 2, 10));
    step(scheduler, 20);

    assertThat(scheduler.withdraw(first.owner())).isEqualTo(1);
    assertThat(step(scheduler, 1000).pieces().stream().map(Piece::sequence))
        .containsExactly(second);
    assertThat(second.cachedTokens()).isEqualTo(20);
  }

  @Test
  void aRequestThatIsHeldBackCanBeWithdrawn() {
    Scheduler scheduler = scheduler(8);
    Sequence first = add(scheduler, prompt(SYSTEM_PROMPT, 1, 10));
    Sequence second = add(scheduler, prompt(SYSTEM_PROMPT, 2, 10));
    step(scheduler, 20);

    assertThat(scheduler.withdraw(second.owner())).isEqualTo(1);
    scheduler.finish(first);
    assertThat(scheduler.isEmpty()).isTrue();
  }

  /** Prompts of few different tokens, so that they share prefixes of all lengths. */
  @Property
  void everybodyIsServedHoweverPrefixesOverlapAndWhoeverFails(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int slots) {
    Random random = new Random(seed);
    Scheduler scheduler = scheduler(slots);
    int[] stem = new int[300];
    Set<Sequence> open = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      int[] ids = Arrays.copyOf(stem, 1 + random.nextInt(stem.length));
      ids[random.nextInt(ids.length)] = 1;
      open.add(add(scheduler, ids));
    }
    for (int steps = 0; !open.isEmpty(); steps++) {
      assertThat(steps).isLessThan(30 * 300);
      StepPlan plan = step(scheduler, slots + random.nextInt(200));
      assertThat(plan.isEmpty()).isFalse();
      for (Piece piece : plan.pieces()) {
        if (random.nextInt(10) == 0) {
          scheduler.discard(piece.sequence());
          open.remove(piece.sequence());
        } else if (piece.samples()) {
          scheduler.finish(piece.sequence());
          open.remove(piece.sequence());
        }
      }
      scheduler.verifyIntegrity();
    }
    assertThat(scheduler.isEmpty()).isTrue();
  }

  /** Plans and computes a step; what is complete draws a token. */
  private static StepPlan step(Scheduler scheduler, int budget) {
    StepPlan plan = scheduler.plan(budget);
    scheduler.advance(plan);
    plan.pieces().stream()
        .map(Piece::sequence)
        .filter(sequence -> sequence.remaining() == 0)
        .forEach(
            sequence ->
                assertThat(
                        ((ReplySequence) sequence)
                            .append(new TokenLogprob(0, -1, List.of()), 10_000))
                    .isEmpty());
    scheduler.verifyIntegrity();
    return plan;
  }

  private static Sequence add(Scheduler scheduler, int[] prompt) {
    Generate request = OneRequest.greedy(TokenIds.of(prompt), 100, Set.of());
    Sequence sequence = new ReplySequence(request, new Mailbox(), false, false);
    scheduler.add(sequence);
    return sequence;
  }

  /** {@code shared} tokens that all have in common, then {@code own} ones of this session. */
  private static int[] prompt(int shared, int session, int own) {
    List<Integer> ids = new ArrayList<>();
    IntStream.range(0, shared).forEach(ids::add);
    IntStream.range(0, own).forEach(i -> ids.add(1000 * (session + 1) + i));
    return ids.stream().mapToInt(id -> id).toArray();
  }

  private static Scheduler scheduler(int slots) {
    return new Scheduler(
        new SlotTable(slots, 10_000, true),
        Integer.MAX_VALUE,
        new SuspendedSequences(SuspendedSequences.Backoff.USUAL, System::nanoTime));
  }
}
