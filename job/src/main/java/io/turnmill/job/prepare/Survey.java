package io.turnmill.job.prepare;

/**
 * What is known of an archive's sessions without staging them.
 *
 * @param counts as staging would give them
 * @param sample those that are drawn for a trial
 */
public record Survey(Counts counts, EvenSample sample) {

  /** The same survey of an archive of which this share is lost. */
  public Survey losing(double share) {
    return new Survey(counts.losing(share), sample);
  }
}
