package io.turnmill.inference;

/**
 * A question that a {@link Work} asks a model. A feed tells requests apart by object identity: a
 * work gets its own objects back.
 */
public sealed interface Request permits Generate, Score, Encode {
  /** The name of a model where a feed has only one. */
  String ONLY_MODEL = "";

  /** The name of the model that is asked, among those of the feed. */
  String model();

  /** A new request that asks the same of another model of the feed. */
  Request to(String model);
}
