package io.turnmill.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.Draw;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.decode.ForwardPass;
import io.turnmill.engine.decode.ModelShape;
import io.turnmill.engine.decode.NextTokens;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.torch.source.AttentionKernel;
import io.turnmill.torch.source.SamplerSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A decoder on libtorch. Owns all native memory of a model: the compiled modules, the weights and
 * the cache. Used by one thread at a time.
 */
public final class TorchForwardPass implements ForwardPass {
  /** Tokens that a draw looks at before it sorts the whole vocabulary. */
  private static final int CANDIDATES = 1024;

  private final DecoderSpec spec;
  private final Precision precision;
  private final boolean onCpu;
  private final AttentionKernel attention;
  private final PtNDManager manager;
  private final TorchModule decoder;
  private final TorchModule sampler;

  private final Weights weights;

  /** {@code Tensor}; null until {@link #allocate}, and where that found no room. */
  private IValue cache;

  private boolean closed;

  private TorchForwardPass(
      DecoderSpec spec,
      TorchOptions options,
      AttentionKernel attention,
      PtNDManager manager,
      TorchModule decoder,
      TorchModule sampler,
      Weights weights) {
    this.spec = spec;
    this.precision = options.resolved();
    this.onCpu = options.onCpu();
    this.attention = attention;
    this.manager = manager;
    this.decoder = decoder;
    this.sampler = sampler;
    this.weights = weights;
  }

  /**
   * Compiles the model's source and binds its weights.
   *
   * @throws ModelException when the device is not there or has no room for the weights
   */
  public static TorchForwardPass load(ModelFolder folder, TorchOptions options) {
    AttentionKernel attention = options.attention(decoderOf(folder));
    return load(folder, options, attention, UnaryOperator.identity());
  }

  /**
   * The same with an attention kernel; by length where that kernel does not do its work.
   *
   * @param edit of the decoder's source
   */
  static TorchForwardPass load(
      ModelFolder folder,
      TorchOptions options,
      AttentionKernel attention,
      UnaryOperator<String> edit) {
    DecoderSpec spec = decoderOf(folder);
    return TorchLoader.load(
        folder,
        options,
        manager -> {
          TorchModule sampler =
              TorchModule.compile(SamplerSource.CLASS_NAME, SamplerSource.text(), manager);
          Weights weights = Weights.bind(folder, options, manager);
          DecoderModule decoder =
              DecoderModule.load(spec, options, attention, edit, weights, manager);
          return new TorchForwardPass(
              spec, options, decoder.attention(), manager, decoder.module(), sampler, weights);
        });
  }

  /** How attention is computed. */
  public AttentionKernel attention() {
    return attention;
  }

  private static DecoderSpec decoderOf(ModelFolder folder) {
    if (folder.spec() instanceof DecoderSpec decoder) {
      return decoder;
    }
    throw new ModelException(
        "%s: a model of type %s is an encoder, so it cannot generate text."
            .formatted(folder.path(), folder.spec().architecture()));
  }

  /** The precision that is in use; never {@link Precision#AUTO}. */
  public Precision precision() {
    return precision;
  }

  @Override
  public ModelShape shape() {
    return new ModelShape(
        spec.vocabSize(),
        spec.maxPositions(),
        spec.cacheElementsPerToken() * precision.bytes(),
        !spec.dependsOnLength(),
        spec.rope().recomputedBeyond());
  }

  @Override
  public void allocate(int slots, int slotTokens) throws OutOfMemory {
    freeCache();
    TorchLoader.plainExecution();
    try (Arguments arguments = new Arguments(manager)) {
      cache =
          decoder.run(
              "new_cache", weights.tables(), arguments.number(slots), arguments.number(slotTokens));
    } catch (EngineException e) {
      if (OutOfMemoryText.in(e)) {
        throw new OutOfMemory(
            String.format(
                Locale.ROOT,
                "No room for a key-value cache of %d sequences of %d tokens (%d MB).",
                slots,
                slotTokens,
                ((long) slots * slotTokens * shape().cacheBytesPerToken()) >> 20));
      }
      throw e;
    }
  }

  private void freeCache() {
    if (cache != null) {
      cache.close();
      cache = null;
    }
  }

  @Override
  public NextTokens forward(TokenBatch batch) throws OutOfMemory {
    return forward(batch, () -> {});
  }

  /** On the CPU all is done by the time that the pass returns: so {@code meanwhile} comes first. */
  @Override
  public NextTokens forward(TokenBatch batch, Runnable meanwhile) throws OutOfMemory {
    if (onCpu) {
      meanwhile.run();
    }
    List<Draw> draws = batch.rows().stream().flatMap(row -> row.draw().stream()).toList();
    try (Arguments arguments = new Arguments(manager)) {
      DrawTables.Scores scores = scores(batch, arguments);
      DrawTables.Drawn drawn =
          new DrawTables(draws)
              .run(sampler, scores, CANDIDATES, arguments, onCpu ? () -> {} : meanwhile);
      wipe(batch, drawn.spoilt(), arguments);
      return scores.targets().isEmpty()
          ? drawn.next()
          : drawn.next().withTargets(arguments.floats(scores.targets().get()));
    } catch (EngineException e) {
      throw translated(e);
    }
  }

  @Override
  public long attended(TokenBatch batch) {
    return AttentionPlan.of(batch, attention).attended();
  }

  /** Scores after every token of the batch, float32: [tokens][vocabulary]. */
  float[][] logits(TokenBatch batch) throws OutOfMemory {
    try (Arguments arguments = new Arguments(manager)) {
      TorchLoader.plainExecution();
      IValue scores = decoder.run("all_scores", inputs(batch, arguments));
      float[] flat = arguments.floats(arguments.own(scores));
      int vocab = spec.vocabSize();
      return IntStream.range(0, batch.tokens())
          .mapToObj(t -> Arrays.copyOfRange(flat, t * vocab, (t + 1) * vocab))
          .toArray(float[][]::new);
    } catch (EngineException e) {
      throw translated(e);
    }
  }

  /** Arrays that Java still holds: none between two calls. */
  int openArrays() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void copy(int fromSlot, int toSlot, int tokens) throws OutOfMemory {
    try (Arguments arguments = new Arguments(manager)) {
      arguments.own(
          decoder.run(
              "copy",
              cache,
              arguments.number(fromSlot),
              arguments.number(toSlot),
              arguments.number(tokens)));
    } catch (EngineException e) {
      throw translated(e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    freeCache();
    weights.close();
    sampler.close();
    decoder.close();
    manager.close();
  }

  private DrawTables.Scores scores(TokenBatch batch, Arguments arguments) {
    TorchLoader.plainExecution();
    boolean targets = batch.hasTargets();
    IValue[] inputs = with(inputs(batch, arguments), arguments.vector(drawn(batch)));
    IValue[] all = targets ? with(inputs, TargetTables.arguments(batch, arguments)) : inputs;
    IValue[] parts =
        arguments.own(decoder.run(targets ? "scores_with_targets" : "scores", all)).toIValueTuple();
    return new DrawTables.Scores(
        arguments.own(parts[0]),
        arguments.own(parts[1]),
        targets ? Optional.of(arguments.own(parts[2])) : Optional.empty(),
        batch.rows().size(),
        spec.vocabSize());
  }

  private static IValue[] with(IValue[] first, IValue... more) {
    IValue[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  private IValue[] inputs(TokenBatch batch, Arguments arguments) {
    AttentionPlan plan = AttentionPlan.of(batch, attention);
    return new IValue[] {
      weights.tables(),
      cache,
      arguments.vector(batch.ids(), DataType.INT64),
      arguments.vector(batch.offsets(), DataType.INT32),
      arguments.vector(batch.slots(), DataType.INT64),
      arguments.vector(batch.starts(), DataType.INT64),
      arguments.vector(batch.lengths(), DataType.INT64),
      arguments.longs(plan.decodes()),
      arguments.longs(plan.prefills())
    };
  }

  /** Empties the slots of rows that are not finite. */
  private void wipe(TokenBatch batch, Set<Integer> spoilt, Arguments arguments) {
    if (!spoilt.isEmpty()) {
      long[] slots = spoilt.stream().mapToLong(row -> batch.rows().get(row).slot()).toArray();
      arguments.own(decoder.run("wipe", cache, arguments.longs(slots)));
    }
  }

  /** The rows that draw. */
  private static long[] drawn(TokenBatch batch) {
    return IntStream.range(0, batch.rows().size())
        .filter(row -> batch.rows().get(row).draw().isPresent())
        .asLongStream()
        .toArray();
  }

  /** For the throw statement: out of memory as the seam names it, anything else as it is. */
  private static OutOfMemory translated(EngineException e) {
    if (OutOfMemoryText.in(e)) {
      return new OutOfMemory(OutOfMemoryText.line(e));
    }
    throw e;
  }
}
