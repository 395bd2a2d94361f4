package io.turnmill.runtime;

import io.turnmill.engine.Engine;
import io.turnmill.engine.EngineConfig;
import io.turnmill.engine.ForwardPass;
import io.turnmill.task.ReplyTask;
import io.turnmill.torch.Gpu;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.util.HashSet;
import java.util.Set;

/** A loaded model, ready to be asked by all tasks of this JVM. */
public final class ModelRuntime implements AutoCloseable {
  private final Engine engine;
  private final ReplyTask task;
  private final String replyScope;
  private final int window;
  private final ModelParts parts;

  private ModelRuntime(
      Engine engine, ReplyTask task, String replyScope, int window, ModelParts parts) {
    this.engine = engine;
    this.task = task;
    this.replyScope = replyScope;
    this.window = window;
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
      ForwardPass pass = TorchForwardPass.load(parts.folder(), torch);
      EngineConfig sizes = sizes(options, pass);
      return new ModelRuntime(
          Engine.start(pass, sizes),
          task(parts, options),
          ReplyScope.of(parts, options, torch.arithmetic()),
          window(sizes.maxNumSeqs()),
          parts);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
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
    String arithmetic = options.model().dtype() + " " + options.model().quantization();
    return new ModelRuntime(
        engine,
        task(parts, options),
        ReplyScope.of(parts, options, arithmetic),
        window(slots),
        parts);
  }

  /** Each task keeps the slots filled by itself, so that the last one is as fast as the first. */
  private static int window(int slots) {
    return 2 * slots;
  }

  private static EngineConfig sizes(RuntimeOptions options, ForwardPass pass) {
    try {
      return EngineSizing.choose(
          options.budgets(), pass.shape(), options.sampling().maxTokens(), freeBytes(options));
    } catch (RuntimeException e) {
      pass.close();
      throw e;
    }
  }

  /** Of the device; asked for only where a size depends on it. */
  private static long freeBytes(RuntimeOptions options) {
    if (options.budgets().maxNumSeqs() > 0) {
      return 0;
    }
    String device = options.model().device();
    return device.equals("cpu") ? FreeMemory.bytes() : Gpu.freeBytes(device);
  }

  private static ReplyTask task(ModelParts parts, RuntimeOptions options) {
    Set<Integer> ends = options.ignoreEos() ? Set.of() : parts.decoder().tokens().eos();
    Set<Integer> stops = new HashSet<>(options.sampling().stopTokenIds());
    stops.addAll(ends);
    // Some folders name an end of sequence for which the model has no score: it is never drawn.
    stops.removeIf(id -> id >= parts.decoder().vocabSize());
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
    return window;
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
