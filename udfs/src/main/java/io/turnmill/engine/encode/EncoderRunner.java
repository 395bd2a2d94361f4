package io.turnmill.engine.encode;

import io.turnmill.engine.Meter;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.PhaseClock.Phase;
import io.turnmill.engine.TokenBatch;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.Integrity;
import io.turnmill.inference.Metric;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;

/**
 * Packs texts, runs the forward pass and checks its vectors. Owns the forward pass and the memory
 * of the batches; used by the engine thread only.
 */
final class EncoderRunner implements AutoCloseable {
  private final EncoderPass pass;
  private final Meter meter;
  private final BufferAllocator allocator = new RootAllocator();

  EncoderRunner(EncoderPass pass, Meter meter) {
    this.pass = pass;
    this.meter = meter;
  }

  int width() {
    return pass.width();
  }

  /** Returns a vector for each row of the plan, in the plan's order: [rows][width]. */
  float[][] run(TextPlan plan) throws OutOfMemory {
    float[][] vectors;
    try (TokenBatch batch = TokenBatch.packTexts(plan.rows(), allocator)) {
      meter.enter(Phase.PREFILL);
      vectors = pass.forward(batch);
      meter.add(Metric.ATTENDED_POSITIONS, batch.attended());
      meter.add(Metric.PADDED_POSITIONS, pass.attended(batch));
    } catch (OutOfMemoryException e) {
      throw new OutOfMemory("the host has no room for the batch");
    } catch (RuntimeException | Error e) {
      throw BackendException.inForwardPass(e);
    } finally {
      meter.enter(Phase.HOST);
    }
    Integrity.check(
        vectors.length == plan.uniqueTexts().size(), "the encoder made too few vectors");
    for (float[] vector : vectors) {
      Integrity.check(vector.length == pass.width(), "a vector is too short or too long");
    }
    return vectors;
  }

  /** Also throws when memory of a batch was not given back. */
  @Override
  public void close() {
    try (allocator) {
      pass.close();
    } catch (RuntimeException | Error e) {
      throw BackendException.inForwardPass(e);
    }
  }
}
