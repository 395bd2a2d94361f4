package io.turnmill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Outcome.Vector;
import io.turnmill.testing.FakeBackend;
import io.turnmill.testing.FakeBackend.Added;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderedFeedTest {
  private static EncodeWork<Integer> text(int number) {
    return new EncodeWork<>(number, new Encode(new TextRow(TokenIds.of(1), TokenIds.of(0), 0), 0));
  }

  /** A backend that is faster than the thread that takes, and answers in another order. */
  @Test
  void worksComeOutInOrderAndNoMoreThanAreSubmittedLieInTheFeed() throws InterruptedException {
    FakeBackend backend = FakeBackend.silent();
    Feed<EncodeWork<Integer>> inner = backend.open(1000);
    try (OrderedFeed<EncodeWork<Integer>> feed = new OrderedFeed<>(inner, 10)) {
      List<EncodeWork<Integer>> submitted = new ArrayList<>();
      for (int taken = 0; taken < 100; taken++) {
        while (feed.hasRoom()) {
          EncodeWork<Integer> text = text(submitted.size());
          submitted.add(text);
          feed.submit(text);
        }
        feed.flush();
        List<Added> asked = new ArrayList<>(backend.take());
        Collections.reverse(asked);
        asked.forEach(
            added -> backend.mailbox().deliver(added.request(), new Vector(new float[1], 0)));

        assertThat(feed.take()).isSameAs(submitted.get(taken));
        assertThat(inner.size()).isLessThanOrEqualTo(feed.size());
      }
    }
  }
}
