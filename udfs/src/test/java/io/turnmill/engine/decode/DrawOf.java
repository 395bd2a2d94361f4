package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.token.TokenIds;
import java.util.List;

/** How a request's next token is drawn, for tests of what draws. */
public final class DrawOf {
  private DrawOf() {}

  /**
   * The draw after a reply.
   *
   * @param reply what was drawn before
   * @param uniform in place of the request's own random number
   */
  public static Draw next(TokenIds prompt, SamplingParams sampling, TokenIds reply, float uniform) {
    Generate request = new Generate(prompt, sampling, 0, () -> StopCheck.NEVER);
    ReplySequence sequence = new ReplySequence(request, new Mailbox(), false, false);
    for (int i = 0; i < reply.size(); i++) {
      sequence.append(new TokenLogprob(reply.get(i), 0, List.of()), Integer.MAX_VALUE);
    }
    Draw draw = sequence.nextDraw();
    return new Draw(
        draw.temperature(), draw.topK(), draw.topP(), draw.minP(), uniform, draw.edits(), 0);
  }
}
