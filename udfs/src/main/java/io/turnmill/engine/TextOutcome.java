package io.turnmill.engine;

/** What became of a text that an encoder was given. */
public sealed interface TextOutcome {

  /** Its embedding or its scores. */
  final class Vector implements TextOutcome {
    private final float[] values;

    /** Owns {@code values} from now on. */
    Vector(float[] values) {
      this.values = values;
    }

    /** A copy. */
    public float[] values() {
      return values.clone();
    }

    /** The length only. */
    @Override
    public String toString() {
      return "Vector[" + values.length + "]";
    }
  }

  /** No vector, for a reason with a stable code; the detail holds counts only, never text. */
  record Failure(FailureCode code, String detail) implements TextOutcome {}

  /** Why there is none. */
  enum FailureCode {
    /** The text has no token: it is empty, and the model's tokenizer puts nothing around it. */
    NO_TOKEN,
    /** The text has an added token for which the model's embedding has no row. */
    TOKEN_OUT_OF_VOCABULARY,
    /** The text does not fit the device's memory even alone. */
    OUT_OF_MEMORY,
    /** A number of the vector was not finite. */
    NON_FINITE
  }
}
