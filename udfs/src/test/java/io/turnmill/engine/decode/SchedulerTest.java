package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.FairQueue;
import io.turnmill.engine.decode.StepPlan.Piece;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  @Test
  void everyDecodeIsInEveryStepAndPromptsShareWhatIsLeft() {
    Scheduler scheduler = scheduler(4, NO_LIMIT);
    Sequence decoding = add(scheduler, new Mailbox(), 1);
    Sequence longPrompt = add(scheduler, new Mailbox(), 50);
    Sequence shortPrompt = add(scheduler, new Mailbox(), 3);

    assertThat(step(scheduler, 10)).isEqualTo(Map.of(decoding, 1, longPrompt, 9));
    draw(decoding);
    assertThat(step(scheduler, 45)).isEqualTo(Map.of(decoding, 1, longPrompt, 41, shortPrompt, 3));
  }

  @Test
  void longPromptLeavesRoomForOthersWhenItsPiecesAreBounded() {
    Scheduler scheduler = scheduler(4, 8);
    Sequence longPrompt = add(scheduler, new Mailbox(), 50);
    Sequence shortPrompt = add(scheduler, new Mailbox(), 3);

    assertThat(step(scheduler, 20)).isEqualTo(Map.of(longPrompt, 8, shortPrompt, 3));
  }

  @Test
  void feedsTakeTurnsHoweverMuchOneOfThemHasSubmitted() {
    Scheduler scheduler = scheduler(1, NO_LIMIT);
    Mailbox big = new Mailbox();
    Mailbox small = new Mailbox();
    List<Sequence> ofBig = IntStream.range(0, 100).mapToObj(i -> add(scheduler, big, 2)).toList();
    Sequence ofSmall = add(scheduler, small, 2);

    assertThat(runOneByOne(scheduler).subList(0, 3))
        .containsExactly(ofBig.get(0), ofSmall, ofBig.get(1));
  }

  @Test
  void startedWorksGoBeforeNewOnesWithinAFeed() {
    Scheduler scheduler = scheduler(1, NO_LIMIT);
    Mailbox feed = new Mailbox();
    Sequence fresh = add(scheduler, feed, 2);
    Sequence followUp = new ReplySequence(request(2), feed, true, false);
    scheduler.add(followUp);
    Sequence later = new ReplySequence(request(2), feed, true, false);
    scheduler.add(later);

    assertThat(runOneByOne(scheduler)).containsExactly(followUp, later, fresh);
  }

  /** Two slots; one work goes on, and another waits to begin. */
  @Test
  void aSlotIsKeptForAWorkThatGoesOnButNotForEver() {
    Scheduler scheduler =
        new Scheduler(
            new SlotTable(2, 100_000, true),
            NO_LIMIT,
            new SuspendedSequences(SuspendedSequences.Backoff.USUAL, System::nanoTime));
    Mailbox feed = new Mailbox();
    Sequence lengthy = new ReplySequence(chat(5, 30), feed, false, false);
    Sequence turn = new ReplySequence(chat(6, 40), feed, false, true);
    Sequence fresh = new ReplySequence(chat(7, 20), feed, false, false);
    List.of(lengthy, turn, fresh).forEach(scheduler::add);

    assertThat(step(scheduler, 100)).containsOnlyKeys(lengthy, turn);
    draw(lengthy);
    scheduler.finish(turn);
    assertThat(step(scheduler, 100)).as("kept").containsOnlyKeys(lengthy);
    draw(lengthy);
    Sequence next = new ReplySequence(chat(6, 50), feed, true, true);
    scheduler.add(next);
    assertThat(step(scheduler, 100)).isEqualTo(Map.of(lengthy, 1, next, 10));
    assertThat(next.cachedTokens()).isEqualTo(40);

    draw(lengthy);
    scheduler.finish(next);
    for (int i = 0; i < SlotTable.KEPT_STEPS; i++) {
      assertThat(step(scheduler, 100)).containsOnlyKeys(lengthy);
      draw(lengthy);
    }
    assertThat(step(scheduler, 100)).as("nobody came").containsOnlyKeys(lengthy, fresh);
    List.of(lengthy, fresh).forEach(SchedulerTest::draw);
    scheduler.verifyIntegrity();
  }

  @Test
  void whereNothingRunsNoSlotIsKept() {
    Scheduler scheduler =
        new Scheduler(
            new SlotTable(1, 100_000, true),
            NO_LIMIT,
            new SuspendedSequences(SuspendedSequences.Backoff.USUAL, System::nanoTime));
    Mailbox feed = new Mailbox();
    Sequence turn = new ReplySequence(chat(6, 40), feed, false, true);
    Sequence fresh = new ReplySequence(chat(7, 20), feed, false, false);
    List.of(turn, fresh).forEach(scheduler::add);
    step(scheduler, 100);
    scheduler.finish(turn);
    assertThat(step(scheduler, 100)).containsOnlyKeys(fresh);
  }

  /** A prompt that has nothing in common with those of other ids. */
  private static Generate chat(int id, int promptTokens) {
    int[] ids = new int[promptTokens];
    Arrays.fill(ids, id);
    return OneRequest.greedy(TokenIds.of(ids), 100_000, Set.of());
  }

  @Property
  void nobodyWaitsLongerThanThoseBeforeItInItsFeedTimesTheFeeds(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 3) Integer> feedOfEach) {
    FairQueue<Sequence> line = new FairQueue<>();
    List<Mailbox> feeds = List.of(new Mailbox(), new Mailbox(), new Mailbox(), new Mailbox());
    Map<Sequence, Integer> placeInFeed = new HashMap<>();
    Map<Mailbox, Integer> counts = new HashMap<>();
    for (int feed : feedOfEach) {
      Sequence sequence = new ReplySequence(request(1), feeds.get(feed), false, false);
      line.add(sequence);
      placeInFeed.put(sequence, counts.merge(feeds.get(feed), 1, Integer::sum));
      line.verifyIntegrity();
    }
    for (int i = 0; i < feedOfEach.size(); i++) {
      Sequence next = line.next().orElseThrow();
      assertThat(i).isLessThan(placeInFeed.remove(next) * counts.size());
      line.verifyIntegrity();
    }
    assertThat(line.next()).isEmpty();
    assertThat(placeInFeed).isEmpty();
  }

  @Property
  void everyRunningSequenceAdvancesHoweverSmallTheBudget(
      @ForAll @IntRange(min = 2, max = 9) int slots,
      @ForAll @IntRange(min = 1, max = 8) int budget) {
    Scheduler scheduler = scheduler(slots, NO_LIMIT);
    List<Sequence> sequences =
        IntStream.range(0, slots).mapToObj(i -> add(scheduler, new Mailbox(), 1 + 7 * i)).toList();
    stepAndDraw(scheduler, 1000);
    int[] sizes = sequences.stream().mapToInt(Sequence::size).toArray();
    int turns = (slots + budget - 1) / budget;
    for (int i = 0; i < 5 * turns; i++) {
      stepAndDraw(scheduler, budget);
      scheduler.verifyIntegrity();
    }
    for (int i = 0; i < slots; i++) {
      assertThat(sequences.get(i).size()).isGreaterThanOrEqualTo(sizes[i] + 5);
    }
  }

  @Property
  void noStepExceedsItsBudgetAndNoneIsEmptyWhileThereIsWork(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 30) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 40) int budget,
      @ForAll @IntRange(min = 1, max = 6) int slots) {
    Scheduler scheduler = scheduler(slots, NO_LIMIT);
    lengths.forEach(length -> add(scheduler, new Mailbox(), length));
    while (!scheduler.isEmpty()) {
      StepPlan plan = scheduler.plan(budget);
      assertThat(plan.tokens()).isBetween(1, budget);
      scheduler.advance(plan);
      plan.pieces().stream()
          .filter(Piece::samples)
          .forEach(piece -> scheduler.finish(piece.sequence()));
      scheduler.verifyIntegrity();
    }
  }

  @Test
  void withdrawnFeedIsGoneFromSlotsAndLine() {
    Scheduler scheduler = scheduler(2, NO_LIMIT);
    Mailbox withdrawn = new Mailbox();
    for (int i = 0; i < 5; i++) {
      add(scheduler, withdrawn, 4);
    }
    Sequence other = add(scheduler, new Mailbox(), 4);
    step(scheduler, 6);

    assertThat(scheduler.withdraw(withdrawn)).isEqualTo(5);
    scheduler.verifyIntegrity();
    assertThat(step(scheduler, 6)).containsOnlyKeys(other);
  }

  /** The sequences in the order in which they finish when every reply is one token. */
  private static List<Sequence> runOneByOne(Scheduler scheduler) {
    List<Sequence> order = new ArrayList<>();
    while (!scheduler.isEmpty()) {
      // Tokens for one row only, so that at most one request is admitted in a step.
      StepPlan plan = scheduler.plan(4);
      scheduler.advance(plan);
      for (Piece piece : plan.pieces()) {
        if (piece.samples()) {
          order.add(piece.sequence());
          scheduler.finish(piece.sequence());
        }
      }
    }
    return order;
  }

  private static Map<Sequence, Integer> step(Scheduler scheduler, int budget) {
    StepPlan plan = scheduler.plan(budget);
    scheduler.advance(plan);
    Map<Sequence, Integer> tokens = new HashMap<>();
    plan.pieces().forEach(piece -> tokens.put(piece.sequence(), piece.tokens()));
    return tokens;
  }

  private static void stepAndDraw(Scheduler scheduler, int budget) {
    step(scheduler, budget)
        .keySet()
        .forEach(
            sequence -> {
              if (sequence.remaining() == 0) {
                draw(sequence);
              }
            });
  }

  private static void draw(Sequence sequence) {
    assertThat(((ReplySequence) sequence).append(new TokenLogprob(0, -1, List.of()), 1000))
        .isEmpty();
  }

  private static Sequence add(Scheduler scheduler, Mailbox feed, int promptTokens) {
    Sequence sequence = new ReplySequence(request(promptTokens), feed, false, false);
    scheduler.add(sequence);
    return sequence;
  }

  private static Generate request(int promptTokens) {
    return OneRequest.greedy(TokenIds.of(new int[promptTokens]), 100_000, Set.of());
  }

  /** Without prefix reuse, so that lengths are what they say. */
  private static Scheduler scheduler(int slots, int longestPiece) {
    return new Scheduler(
        new SlotTable(slots, 100_000, false),
        longestPiece,
        new SuspendedSequences(SuspendedSequences.Backoff.USUAL, System::nanoTime));
  }
}
