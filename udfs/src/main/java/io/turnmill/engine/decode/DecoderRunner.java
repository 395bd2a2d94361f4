package io.turnmill.engine.decode;

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
 * Packs a plan, runs the forward pass and checks what it returns. Owns the forward pass and the
 * memory of the batches; used by the engine thread only.
 */
final class DecoderRunner implements AutoCloseable {
  private final ForwardPass pass;
  private final BufferAllocator allocator;
  private final ModelShape shape;
  private final Meter meter;

  private DecoderRunner(
      ForwardPass pass, ModelShape shape, BufferAllocator allocator, Meter meter) {
    this.pass = pass;
    this.shape = shape;
    this.allocator = allocator;
    this.meter = meter;
  }

  /** Allocates the cache. When this throws, {@code pass} is closed. */
  static DecoderRunner start(ForwardPass pass, EngineConfig config, Meter meter) {
    return start(pass, config, new RootAllocator(), meter);
  }

  /**
   * @param allocator allocates the batches; the runner owns it
   */
  static DecoderRunner start(
      ForwardPass pass, EngineConfig config, BufferAllocator allocator, Meter meter) {
    try {
      ModelShape shape = pass.shape();
      Integrity.check(
          config.maxModelLen() <= shape.maxPositions(),
          "max_model_len " + config.maxModelLen() + " is above " + shape.maxPositions());
      pass.allocate(config.maxNumSeqs(), config.slotTokens());
      return new DecoderRunner(pass, shape, allocator, meter);
    } catch (OutOfMemory | RuntimeException | Error e) {
      BackendException failure = BackendException.inForwardPass(e);
      allocator.close();
      try {
        pass.close();
      } catch (RuntimeException closing) {
        failure.addSuppressed(closing);
      }
      throw failure;
    }
  }

  ModelShape shape() {
    return shape;
  }

  /** Whether a sequence that has grown to this length is to be computed again from its start. */
  boolean outgrown(int tokens) {
    return shape.recomputedBeyond().isPresent()
        && tokens == shape.recomputedBeyond().getAsInt() + 1;
  }

  /**
   * Gives the cache back and allocates another, of this many slots of this many tokens.
   *
   * @throws OutOfMemory when the device has no room; then there is no cache
   */
  void allocate(int slots, int slotTokens) throws OutOfMemory {
    try {
      pass.allocate(slots, slotTokens);
    } catch (RuntimeException | Error e) {
      throw BackendException.inForwardPass(e);
    }
  }

  /**
   * Makes the plan's copies, which must be done before it is run.
   *
   * @throws OutOfMemory when memory was too short; any of them may be missing then
   */
  void copy(StepPlan plan) throws OutOfMemory {
    if (plan.copies().isEmpty()) {
      return;
    }
    meter.enter(Phase.PREFILL);
    try {
      for (SlotTable.Copy copy : plan.copies()) {
        pass.copy(copy.from(), copy.to(), copy.tokens());
      }
    } catch (RuntimeException | Error e) {
      throw BackendException.inForwardPass(e);
    } finally {
      meter.enter(Phase.HOST);
    }
  }

  /**
   * Runs the plan and returns one entry for each piece that samples and one for each target, in the
   * plan's order.
   *
   * @param meanwhile work for the host, done while the device computes where model and host do not
   *     share a processor
   */
  NextTokens run(StepPlan plan, Runnable meanwhile) throws OutOfMemory {
    NextTokens next;
    try (TokenBatch batch = TokenBatch.pack(plan.rows(), allocator)) {
      Phase phase = plan.prefills() ? Phase.PREFILL : Phase.DECODE;
      meter.enter(phase);
      next = pass.forward(batch, () -> asHost(meanwhile, phase));
      meter.add(Metric.ATTENDED_POSITIONS, batch.attended());
      meter.add(Metric.PADDED_POSITIONS, pass.attended(batch));
    } catch (OutOfMemoryException e) {
      throw new OutOfMemory("the host has no room for the batch");
    } catch (RuntimeException | Error e) {
      throw BackendException.inForwardPass(e);
    } finally {
      meter.enter(Phase.HOST);
    }
    check(plan, next);
    return next;
  }

  /** Runs {@code work} and counts its time as the host's, even if the device computes meanwhile. */
  private void asHost(Runnable work, Phase around) {
    meter.enter(Phase.HOST);
    work.run();
    meter.enter(around);
  }

  private void check(StepPlan plan, NextTokens next) {
    long drawn = plan.pieces().stream().filter(StepPlan.Piece::samples).count();
    Integrity.check(next.size() == drawn, "the forward pass drew too many or too few tokens");
    int targets = plan.pieces().stream().mapToInt(piece -> piece.targets().size()).sum();
    Integrity.check(next.targets() == targets, "the forward pass scored too many or too few ids");
    for (int i = 0; i < next.size(); i++) {
      Integrity.check(
          Float.isNaN(next.logprob(i)) || (next.id(i) >= 0 && next.id(i) < shape.vocabSize()),
          "the forward pass drew a token outside the vocabulary");
    }
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
