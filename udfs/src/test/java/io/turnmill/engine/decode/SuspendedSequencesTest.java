package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Mailbox;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuspendedSequencesTest {
  private long now = -5;
  private final SuspendedSequences aside =
      new SuspendedSequences(new Backoff(10, 40, 200), () -> now);
  private final Sequence sequence = sequence();

  @Test
  void waitsDoubleUpToTheLongestAndTheTryAfterAllPatienceIsTheLast() {
    long begin = now;
    List<Long> tries = new ArrayList<>();
    while (aside.fault(sequence)) {
      assertThat(aside.due()).isEmpty();
      now += aside.nanosToNextTry();
      assertThat(aside.due()).containsSame(sequence);
      tries.add(now - begin);
    }
    assertThat(tries).containsExactly(10L, 30L, 70L, 110L, 150L, 190L, 230L);
  }

  @Test
  void aTokenThatWasComputedGivesAllPatienceBack() {
    assertThat(aside.fault(sequence)).isTrue();
    now += 150;
    assertThat(aside.remove(sequence)).isTrue();
    assertThat(aside.isEmpty()).isTrue();
    now += 150;
    assertThat(aside.fault(sequence)).isTrue();
    assertThat(aside.nanosToNextTry()).isEqualTo(10);
  }

  @Test
  void whoIsDueLongestGoesFirst() {
    Sequence other = sequence();
    aside.fault(sequence);
    now += 1;
    aside.fault(other);
    assertThat(aside.nanosToNextTry()).isEqualTo(9);
    now += 20;
    assertThat(aside.due()).containsSame(sequence);
    aside.fault(sequence);
    assertThat(aside.due()).containsSame(other);
    assertThat(aside.sequences()).containsExactly(sequence, other);
  }

  private static Sequence sequence() {
    return new ReplySequence(
        OneRequest.greedy(TokenIds.of(1), 1, Set.of()), new Mailbox(), false, false);
  }
}
