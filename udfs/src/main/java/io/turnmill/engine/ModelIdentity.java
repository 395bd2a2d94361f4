package io.turnmill.engine;

/**
 * Which model an engine runs, as far as results depend on it.
 *
 * @param fingerprint the fingerprint of the model's files
 * @param arithmetic how the engine computes; numbers differ from one arithmetic to another
 */
public record ModelIdentity(String fingerprint, String arithmetic) {
  /** The identity of a model that has no files. */
  public static final ModelIdentity NONE = new ModelIdentity("", "");
}
