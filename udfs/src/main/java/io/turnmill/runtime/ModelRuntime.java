package io.turnmill.runtime;

import io.turnmill.engine.Engine;
import io.turnmill.engine.EngineConfig;
import io.turnmill.engine.EngineException;
import io.turnmill.engine.ForwardPass;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.task.ReplyTask;
import io.turnmill.torch.Gpu;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import io.turnmill.torch.source.AttentionKernel;
import java.util.HashSet;
import java.util.Set;

/** A loaded model, ready to be asked by all tasks of this JVM. */
public final class ModelRuntime implements AutoCloseable {
  private final Engine engine;
  private final ReplyTask task;
  private final String replyScope;
  private final Room room;
  private final ModelParts parts;

  /**
   * How much goes on at once.
   *
   * @param window of a task's feed, in requests
   * @param sizes of the engine, for the log
   */
  private record Room(int window, String sizes) {}

  private ModelRuntime(
      Engine engine, ReplyTask task, String replyScope, Room room, ModelParts parts) {
    this.engine = engine;
    this.task = task;
    this.replyScope = replyScope;
    this.room = room;
    this.parts = parts;
  }

  /**
   * Loads a model folder: some seconds, and the memory of its weights and its cache.
   *
   * @throws io.turnmill.model.ModelException as {@link ModelParts#open}
   */
  public static ModelRuntime load(RuntimeOptions options) {
    ModelParts parts = ModelParts.open(options);
    try {
      TorchOptions torch = options.model().torch(options.budgets().threads());
      if (options.budgets().maxNumSeqs() == 0) {
        EngineSizing.checkWeights(torch.weightBytes(parts.folder()), memory(options, 0));
      }
      // All that may fail comes before the engine, which nobody would close.
      ReplyTask task = task(parts, options);
      String replyScope = ReplyScope.of(parts, options, torch.arithmetic());
      TorchForwardPass pass = TorchForwardPass.load(parts.folder(), torch);
      EngineSizing sizing = sizing(parts, options, pass, torch.mappedBytes(parts.folder()));
      return new ModelRuntime(
          start(pass, sizing.config()),
          task,
          replyScope,
          new Room(
              window(sizing.config().maxNumSeqs()),
              onCpu(options)
                  ? sizing.why()
                  : sizing.why() + "; attention " + ways(pass.attention())),
          parts);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private static String ways(AttentionKernel attention) {
    return switch (attention) {
      case FLASH -> "of rows of any length";
      case BY_LENGTH, BLOCKS -> "of rows by length";
    };
  }

  /** GPUs on which a model could run here; starts PyTorch. */
  public static int gpus() {
    return Gpu.count();
  }

  /**
   * Puts a runtime together, which owns {@code parts} and {@code engine} from now on.
   *
   * @param slots of the engine
   */
  public static ModelRuntime of(
      ModelParts parts, RuntimeOptions options, Engine engine, int slots) {
    return of(parts, options, task(parts, options), engine, slots);
  }

  /** As above, with a task that asks the model in another way than {@code options} say. */
  public static ModelRuntime of(
      ModelParts parts, RuntimeOptions options, ReplyTask task, Engine engine, int slots) {
    String arithmetic = options.model().dtype() + " " + options.model().quantization();
    return new ModelRuntime(
        engine,
        task,
        ReplyScope.of(parts, options, arithmetic),
        new Room(window(slots), slots + " sequences at once"),
        parts);
  }

  /** Each task keeps the slots filled by itself, so that the last one is as fast as the first. */
  private static int window(int slots) {
    return 2 * slots;
  }

  /** That there is no room for the cache is for the user, like all that keeps a model out. */
  private static Engine start(ForwardPass pass, EngineConfig config) {
    try {
      return Engine.start(pass, config);
    } catch (EngineException e) {
      if (e.getCause() instanceof ForwardPass.OutOfMemory reason) {
        throw new ModelException(
            reason.getMessage() + " Set engine.max_num_seqs or engine.max_model_len lower.");
      }
      throw e;
    }
  }

  private static EngineSizing sizing(
      ModelParts parts, RuntimeOptions options, TorchForwardPass pass, long mappedBytes) {
    try {
      DecoderSpec spec = parts.decoder();
      return EngineSizing.choose(
          options.budgets(),
          new EngineSizing.Demand(
              pass.shape(),
              spec.layers(),
              StepMemory.of(spec, pass.precision().bytes()),
              options.sampling().maxTokens()),
          onCpu(options),
          () -> memory(options, mappedBytes));
    } catch (RuntimeException e) {
      pass.close();
      throw e;
    }
  }

  private static boolean onCpu(RuntimeOptions options) {
    return options.model().device().equals("cpu");
  }

  /**
   * As it is now.
   *
   * @param mappedBytes of weights that are loaded
   */
  private static DeviceMemory memory(RuntimeOptions options, long mappedBytes) {
    RuntimeOptions.Tuning tuning = options.budgets().tuning();
    if (onCpu(options)) {
      return DeviceMemory.ofHost(FreeMemory.bytes(), mappedBytes, tuning.cpuMemoryUtilization());
    }
    String device = options.model().device();
    Gpu.Memory memory = Gpu.memory(device);
    return new DeviceMemory(
        device, memory.totalBytes(), memory.freeBytes(), tuning.gpuMemoryUtilization());
  }

  private static ReplyTask task(ModelParts parts, RuntimeOptions options) {
    Set<Integer> ends = options.ignoreEos() ? Set.of() : parts.endTokens().ids();
    Set<Integer> stops = new HashSet<>(options.sampling().stopTokenIds());
    stops.addAll(ends);
    return new ReplyTask(
        parts.prompts(),
        parts.tokenizer(),
        options.sampling().withStopTokenIds(stops),
        ends,
        options.stop(),
        options.seed());
  }

  public Engine engine() {
    return engine;
  }

  public ReplyTask task() {
    return task;
  }

  public String fingerprint() {
    return parts.folder().fingerprint();
  }

  /** See {@link ReplyScope}. */
  public String replyScope() {
    return replyScope;
  }

  public int window() {
    return room.window();
  }

  /** The sizes of the engine and why they are so, a sentence for the log. */
  public String sizes() {
    return room.sizes();
  }

  @Override
  public void close() {
    try {
      engine.close();
    } finally {
      parts.close();
    }
  }
}
