package io.turnmill.inference;

import java.io.Serializable;

/**
 * How much less likely a token becomes if it was there before, named and computed as vLLM does it.
 *
 * @param repetition for tokens in prompt or reply: a score above 0 is divided by it, any other is
 *     multiplied by it (Keskar and others, "CTRL", 2019); above 0, and 1 for none
 * @param presence subtracted from the score of every token in the reply; 0 for none
 * @param frequency subtracted from the score of a token once for each time it is in the reply; 0
 *     for none
 */
public record Penalties(double repetition, double presence, double frequency)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  public static final Penalties NONE = new Penalties(1, 0, 0);

  public Penalties {
    if (!(repetition > 0)) {
      throw new IllegalArgumentException("repetition_penalty must be above 0");
    }
  }

  public boolean ofPrompt() {
    return repetition != 1;
  }

  public boolean none() {
    return repetition == 1 && presence == 0 && frequency == 0;
  }
}
