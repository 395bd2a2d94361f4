package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.decode.SlotTable.Copy;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Mailbox;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlotTableTest {
  private final SlotTable slots = new SlotTable(3, 100, true);

  @AfterEach
  void tableIsWhole() {
    slots.verifyIntegrity();
  }

  @Test
  void emptySlotsAreTakenBeforeThoseThatRememberSomething() {
    leave(ids(0, 30));
    assertThat(claim(ids(50, 80)).slot()).isEqualTo(1);
    assertThat(claim(ids(50, 90)).slot()).isEqualTo(2);
    assertThat(claim(ids(40, 90)).slot()).isEqualTo(0);
    assertThatThrownBy(() -> claim(ids(0, 3))).hasMessage("no slot is free. This is a bug.");
  }

  @Test
  void nextTurnContinuesTheSlotOfTheTurnBefore() {
    leave(ids(0, 30));
    Sequence next = claim(ids(0, 45));

    assertThat(next.slot()).isZero();
    assertThat(next.cachedTokens()).isEqualTo(30);
    assertThat(next.remaining()).isEqualTo(15);
  }

  @Test
  void samePromptAgainComputesItsLastToken() {
    leave(ids(0, 30));
    assertThat(claim(ids(0, 30)).remaining()).isEqualTo(1);
  }

  @Test
  void slotThatIsLeftLongestAgoIsTakenWhenNoPrefixCounts() {
    Sequence first = claim(ids(0, 30));
    Sequence second = claim(ids(40, 70));
    Sequence third = claim(ids(80, 99));
    leave(second);
    leave(third);
    leave(first);
    // Two tokens in common with the first slot: no reason to lose what it holds.
    assertThat(claim(ids(0, 2).concat(ids(50, 60))).slot()).isEqualTo(1);
  }

  @Test
  void sharedBeginningIsCopiedFromASlotInUse() {
    Sequence running = claim(ids(0, 40));
    running.advance(25, 1);
    Sequence other =
        new ReplySequence(request(ids(0, 30).concat(ids(60, 70))), new Mailbox(), false, false);

    assertThat(slots.claim(other)).contains(new Copy(0, 1, 25));
    assertThat(other.computed()).isEqualTo(25);
  }

  @Test
  void historyOfAnotherSessionIsCopiedFromAndNotOverwritten() {
    leave(ids(0, 90));
    Sequence other =
        new ReplySequence(request(ids(0, 20).concat(ids(60, 70))), new Mailbox(), false, false);

    assertThat(slots.claim(other)).contains(new Copy(0, 1, 20));
    leave(other);
    assertThat(claim(ids(0, 95)).cachedTokens()).isEqualTo(90);
  }

  @Test
  void spoiltContentsAreForgotten() {
    Sequence sequence = claim(ids(0, 30));
    sequence.advance(30, 1);
    slots.releaseSpoilt(sequence);
    assertThat(claim(ids(0, 45)).cachedTokens()).isZero();
  }

  @Test
  void onlyWhatWasComputedIsReused() {
    Sequence sequence = claim(ids(0, 60));
    sequence.advance(20, 1);
    slots.release(sequence);
    assertThat(claim(ids(0, 60)).cachedTokens()).isEqualTo(20);
  }

  @Test
  void nothingIsReusedWhenReuseIsOff() {
    SlotTable plain = new SlotTable(1, 100, false);
    Sequence first = new ReplySequence(request(ids(0, 30)), new Mailbox(), false, false);
    plain.claim(first);
    first.advance(30, 1);
    plain.release(first);
    Sequence second = new ReplySequence(request(ids(0, 45)), new Mailbox(), false, false);

    assertThat(plain.claim(second)).isEmpty();
    assertThat(second.cachedTokens()).isZero();
  }

  private Sequence claim(TokenIds prompt) {
    Sequence sequence = new ReplySequence(request(prompt), new Mailbox(), false, false);
    slots.claim(sequence);
    return sequence;
  }

  /** A sequence of these ids came, was computed and went. */
  private void leave(TokenIds prompt) {
    leave(claim(prompt));
  }

  private void leave(Sequence sequence) {
    sequence.advance(sequence.remaining(), 1);
    slots.release(sequence);
  }

  private static Generate request(TokenIds prompt) {
    return OneRequest.greedy(prompt, 1, Set.of());
  }

  private static TokenIds ids(int from, int to) {
    return TokenIds.of(IntStream.range(from, to).toArray());
  }
}
