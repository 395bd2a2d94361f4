package io.turnmill.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.encode.EncoderPass;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.ScriptedSpec;
import io.turnmill.torch.source.PoolingSource;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An encoder with its head on libtorch: owns all native memory of the model. Used by one thread at
 * a time.
 */
public final class TorchEncoder implements EncoderPass {
  private final EncoderHead head;
  private final PtNDManager manager;
  private final States states;
  private final TorchModule pooling;

  /** {@code Dict[str, Tensor]}: the model's own tensors. */
  private final IValue own;

  private boolean closed;

  private TorchEncoder(
      EncoderHead head, PtNDManager manager, States states, TorchModule pooling, IValue own) {
    this.head = head;
    this.manager = manager;
    this.states = states;
    this.pooling = pooling;
    this.own = own;
  }

  /**
   * Compiles the model's source, or reads its TorchScript file, and binds its weights.
   *
   * @throws ModelException when the model is no encoder, or when the device is not there or has no
   *     room for the weights
   */
  public static TorchEncoder load(ModelFolder folder, TorchOptions options) {
    return TorchLoader.load(
        folder,
        options,
        manager -> {
          if (folder.spec() instanceof EncoderSpec spec) {
            States states =
                spec.blocks() instanceof EncoderSpec.Causal causal
                    ? CausalStates.load(folder, causal.decoder(), options, manager)
                    : EncoderStates.load(folder, spec, options, manager);
            return of(spec.head(), PoolingSource.of(spec), states, manager);
          }
          if (folder.spec() instanceof ScriptedSpec spec) {
            States states = ScriptedStates.load(folder, spec, options, manager);
            return of(spec.head(), PoolingSource.of(spec), states, manager);
          }
          DecoderSpec spec = (DecoderSpec) folder.spec();
          throw new ModelException(
              "%s: a model of type %s writes text; it is no encoder."
                  .formatted(folder.path(), spec.architecture()));
        });
  }

  private static TorchEncoder of(
      EncoderHead head, String source, States states, PtNDManager manager) {
    TorchModule pooling = TorchModule.compile(PoolingSource.CLASS_NAME, source, manager);
    return new TorchEncoder(
        head, manager, states, pooling, pooling.run("last", states.weights().tables()));
  }

  @Override
  public int width() {
    return head.width();
  }

  @Override
  public float[][] forward(TokenBatch batch) throws OutOfMemory {
    return vectors(batch, false);
  }

  @Override
  public long attended(TokenBatch batch) {
    return states.attended(batch);
  }

  /** Scores before their activation; vectors of an embedding as {@link #forward} gives them. */
  float[][] raw(TokenBatch batch) throws OutOfMemory {
    return vectors(batch, true);
  }

  /** States of every token, float32 [tokens][hidden], where the head looks at all of them. */
  float[][] states(TokenBatch batch) {
    TorchLoader.plainExecution();
    try (Arguments arguments = new Arguments(manager)) {
      IValue computed = states.of(batch, arguments);
      return rows(arguments.floats(arguments.own(pooling.run("plain", computed))), batch.tokens());
    }
  }

  private float[][] vectors(TokenBatch batch, boolean raw) throws OutOfMemory {
    TorchLoader.plainExecution();
    try (Arguments arguments = new Arguments(manager)) {
      IValue vectors =
          arguments.own(
              pooling.run(
                  "vectors",
                  own,
                  states.of(batch, arguments),
                  arguments.vector(batch.offsets(), DataType.INT32),
                  arguments.vector(batch.skipped(), DataType.INT64),
                  arguments.flag(raw)));
      return rows(arguments.floats(vectors), batch.rows().size());
    } catch (EngineException e) {
      if (OutOfMemoryText.in(e)) {
        throw new OutOfMemory(OutOfMemoryText.line(e));
      }
      throw e;
    }
  }

  private static float[][] rows(float[] flat, int rows) {
    int width = flat.length / rows;
    return IntStream.range(0, rows)
        .mapToObj(r -> Arrays.copyOfRange(flat, r * width, (r + 1) * width))
        .toArray(float[][]::new);
  }

  /** Arrays that Java still holds: none between two calls. */
  int openArrays() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    own.close();
    states.close();
    pooling.close();
    manager.close();
  }
}
