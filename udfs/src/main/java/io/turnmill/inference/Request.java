package io.turnmill.inference;

/**
 * What a {@link Work} asks of a model. A feed tells requests apart by their identity: a work gets
 * its own objects back.
 */
public sealed interface Request permits Generate, Encode {
  /** The name of a model where a feed has only one. */
  String ONLY_MODEL = "";

  /** Which of the feed's models is asked. */
  String model();
}
