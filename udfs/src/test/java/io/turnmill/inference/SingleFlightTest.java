package io.turnmill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.TokenLogprob.Alternative;
import io.turnmill.token.TokenIds;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SingleFlightTest {
  private static final int REPLIES = 2000;
  private static final int TOKENS = 100;
  private static final Request REQUEST =
      new Generate(TokenIds.of(1), SamplingParams.greedy(1), 0, () -> StopCheck.NEVER);

  private final SingleFlight shared = new SingleFlight();
  private final Mailbox mailbox = new Mailbox();

  @Test
  void repliesStayAsLongAsThereIsRoom() {
    finish(List.of());

    assertThat(claim(0)).isInstanceOf(SingleFlight.Claim.Known.class);
    assertThat(claim(REPLIES - 1)).isInstanceOf(SingleFlight.Claim.Known.class);
  }

  @Test
  void alternativesTakeRoomToo() {
    TokenLogprob token = new TokenLogprob(1, -1f, Collections.nCopies(20, new Alternative(1, -1f)));
    finish(Collections.nCopies(TOKENS, token));

    assertThat(claim(0)).isInstanceOf(SingleFlight.Claim.Ask.class);
    assertThat(claim(REPLIES - 1)).isInstanceOf(SingleFlight.Claim.Known.class);
  }

  private void finish(List<TokenLogprob> logprobs) {
    Completion reply =
        new Completion(
            TokenIds.of(new int[TOKENS]), FinishReason.LENGTH, -1, 1, 0, TOKENS, -1, logprobs);
    for (int i = 0; i < REPLIES; i++) {
      claim(i);
      shared.finished(new RequestKey(0, i), mailbox, reply);
    }
  }

  private SingleFlight.Claim claim(int number) {
    return shared.claim(new RequestKey(0, number), REQUEST, mailbox);
  }
}
