package io.turnmill.testing;

import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.encode.EncoderPass;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.TextRow;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The slow, obvious way: each text alone through the encoder, without an engine. */
public final class OneByOne implements AutoCloseable {
  private final BufferAllocator allocator = new RootAllocator();
  private final EncoderPass pass;

  /** Owns {@code pass} from now on. */
  public OneByOne(EncoderPass pass) {
    this.pass = pass;
  }

  /** What becomes of a text. */
  public Outcome run(TextRow row) {
    if (row.ids().isEmpty()) {
      return new Failure(FailureCode.NO_TOKEN, "the text has no token");
    }
    try (TokenBatch batch = TokenBatch.packTexts(List.of(row), allocator)) {
      float[] vector = pass.forward(batch)[0];
      for (float number : vector) {
        if (!Float.isFinite(number)) {
          return new Failure(FailureCode.NON_FINITE, "a number that the model gave is not finite");
        }
      }
      return new Outcome.Vector(vector, 0);
    } catch (OutOfMemory e) {
      String detail = "no memory for " + row.ids().size() + " tokens";
      return new Failure(FailureCode.OUT_OF_MEMORY, detail);
    }
  }

  @Override
  public void close() {
    pass.close();
    allocator.close();
  }
}
