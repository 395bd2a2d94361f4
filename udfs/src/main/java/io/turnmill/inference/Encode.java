package io.turnmill.inference;

/**
 * A request for the vector of a text, or of a pair of texts; the outcome is an {@link
 * Outcome.Vector} or a failure.
 *
 * @param cutTokens how many tokens of the text were left out of {@code row}, because the model does
 *     not take in more
 */
public record Encode(TextRow row, int cutTokens, String model) implements Request {

  /** A request to the only model of a feed. */
  public Encode(TextRow row, int cutTokens) {
    this(row, cutTokens, ONLY_MODEL);
  }

  @Override
  public Encode to(String model) {
    return new Encode(row, cutTokens, model);
  }

  /** Identity, not value: a work gets its own objects back. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** Counts only: tokens are conversation text. */
  @Override
  public String toString() {
    return "Encode[tokens=" + row.ids().size() + "]";
  }
}
