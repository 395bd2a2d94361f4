package io.turnmill.engine;

/**
 * Which model an engine runs, as far as results depend on it.
 *
 * @param fingerprint of the model's files
 * @param arithmetic in which it computes
 */
public record ModelIdentity(String fingerprint, String arithmetic) {
  /** Of a model that has no files. */
  public static final ModelIdentity NONE = new ModelIdentity("", "");
}
