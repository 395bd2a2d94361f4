package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.FairQueue;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Mailbox;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Several feeds with works that are under way and works that wait to begin. */
class FairnessTest {
  private static final int FEEDS = 4;
  private final List<Mailbox> feeds = Stream.generate(() -> new Mailbox()).limit(FEEDS).toList();

  /** Numbers are feeds; those from {@value #FEEDS} on are of works under way. */
  @Property
  void whoIsTakenIsBehindAtMostThoseBeforeItInItsFeedTimesTheFeeds(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 2 * FEEDS - 1) Integer> requests) {
    FairQueue<Sequence> line = new FairQueue<>();
    Map<Mailbox, List<Sequence>> inOrder = new HashMap<>();
    for (boolean followUps : new boolean[] {true, false}) {
      for (int number : requests) {
        if (followUps == number >= FEEDS) {
          Sequence sequence =
              new ReplySequence(request(1), feeds.get(number % FEEDS), followUps, false);
          inOrder.computeIfAbsent(sequence.owner(), owner -> new ArrayList<>()).add(sequence);
        }
      }
    }
    // Put in as they came, which is not the order in which they are to come out.
    Map<Integer, Integer> next = new HashMap<>();
    for (int number : requests) {
      boolean followUp = number >= FEEDS;
      List<Sequence> of =
          inOrder.get(feeds.get(number % FEEDS)).stream()
              .filter(sequence -> sequence.followUp() == followUp)
              .toList();
      line.add(of.get(next.merge(number, 1, Integer::sum) - 1));
      line.verifyIntegrity();
    }
    for (int i = 0; i < requests.size(); i++) {
      Sequence taken = line.next().orElseThrow();
      int place = inOrder.get(taken.owner()).indexOf(taken) + 1;
      assertThat(i).isLessThan(place * inOrder.size());
    }
    assertThat(line.next()).isEmpty();
  }

  @Property
  void whoIsPassedOverWhileSlotsAreKeptKeepsItsTurn(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 2 * FEEDS - 1) Integer> requests,
      @ForAll @Size(min = 1, max = 60) List<Boolean> followUpsOnly) {
    FairQueue<Sequence> line = new FairQueue<>();
    for (int number : requests) {
      line.add(new ReplySequence(request(1), feeds.get(number % FEEDS), number >= FEEDS, false));
    }
    int left = requests.size();
    for (boolean only : followUpsOnly) {
      Optional<Sequence> taken = line.next(only);
      left -= taken.isPresent() ? 1 : 0;
      assertThat(line.size()).isEqualTo(left);
      if (only) {
        assertThat(taken.map(Sequence::followUp).orElse(true)).isTrue();
      } else {
        assertThat(taken.isPresent() || left == 0).isTrue();
      }
      line.verifyIntegrity();
    }
  }

  private static Generate request(int id) {
    return OneRequest.greedy(TokenIds.of(id), 1, Set.of());
  }
}
