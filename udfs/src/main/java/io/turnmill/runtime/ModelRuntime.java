package io.turnmill.runtime;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.engine.decode.ForwardPass;
import io.turnmill.engine.encode.EncoderEngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.CompletionCache;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.Route;
import io.turnmill.inference.Work;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.SettingException;
import io.turnmill.session.Session;
import io.turnmill.task.CascadeTask;
import io.turnmill.task.Cascaded;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.RoutedTask;
import io.turnmill.task.Task;
import io.turnmill.task.TaskResult;
import io.turnmill.task.ask.AskTask;
import io.turnmill.torch.Gpu;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import io.turnmill.torch.source.AttentionKernel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A loaded model, ready for requests of all tasks of this JVM; or several that a task asks
 * together.
 */
public final class ModelRuntime implements AutoCloseable {
  /** Tokens of texts in a pass of an encoder, unless the user sets another number. */
  private static final int CPU_TEXT_TOKENS = 2048;

  private static final int GPU_TEXT_TOKENS = 16_384;

  /** How many items of an encoder's task are read ahead, which bounds their memory. */
  private static final int MOST_ITEMS = 1024;

  private final Backend backend;

  /** The further models, by the names by which requests ask them. */
  private final Map<String, ModelRuntime> others;

  /** Whether the backend ends with this, and is not that of another runtime. */
  private final boolean ownsBackend;

  private final Task<Session, ?> task;
  private final EngineSizes sizes;
  private final ModelFrontEnd front;

  /** The front end of the model that is asked about chunks. */
  private final ModelFrontEnd ofChunks;

  /** What several models are asked about an item's chunks together. */
  private final Optional<AskTask<?>> asking;

  /**
   * The sizes of the engine.
   *
   * @param window the window of a task's feed, by the weight of requests
   * @param items how many items a task may have in progress or read ahead
   * @param shown a sentence about the sizes, for the log
   */
  private record EngineSizes(int window, int items, String shown) {}

  private ModelRuntime(
      Backend backend, Task<Session, ?> task, EngineSizes sizes, ModelFrontEnd front) {
    this.backend = backend;
    this.others = Map.of();
    this.ownsBackend = true;
    this.task = task;
    this.sizes = sizes;
    this.front = front;
    this.ofChunks = front;
    this.asking = Optional.empty();
  }

  /** The engine of another runtime, asked in another way. */
  private ModelRuntime(ModelRuntime loaded, ModelFrontEnd front) {
    this.backend = loaded.backend;
    this.others = Map.of();
    this.ownsBackend = false;
    this.task = front.task();
    this.sizes = loaded.sizes;
    this.front = front;
    this.ofChunks = front;
    this.asking = Optional.empty();
  }

  private ModelRuntime(
      ModelRuntime first,
      Map<String, ModelRuntime> others,
      Task<Session, ?> task,
      Optional<AskTask<?>> asking) {
    this.backend = first.backend;
    this.others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    this.ownsBackend = first.ownsBackend;
    this.task = task;
    this.sizes = first.sizes;
    this.front = first.front;
    this.ofChunks =
        Optional.ofNullable(others.get(AskTask.ENCODER)).map(of -> of.front).orElse(front);
    this.asking = asking;
  }

  /**
   * Asks the engine of this runtime in another way: with prompts, sampling and a task of its own.
   * The engine stays this runtime's, which has to be closed last.
   *
   * @param options equal to those of this runtime in what {@link RuntimeOptions#engine} names
   */
  public ModelRuntime sharing(RuntimeOptions options) {
    ModelFrontEnd other = ModelFrontEnd.open(options);
    try {
      return new ModelRuntime(this, other);
    } catch (RuntimeException e) {
      other.close();
      throw e;
    }
  }

  /**
   * Two models with one task, of which the second one is asked where the first one is unsure. The
   * result owns both.
   *
   * @param below how sure the first model must be, from 0 to 1
   */
  public static ModelRuntime cascade(ModelRuntime first, ModelRuntime second, double below) {
    return new ModelRuntime(
        first,
        Map.of(CascadeTask.SECOND, second),
        cascade(first.task, second.task, below),
        Optional.empty());
  }

  /** Both tasks are of one kind, so that their results are of one type. */
  @SuppressWarnings("unchecked")
  private static <R> Task<Session, Cascaded<R>> cascade(
      Task<Session, ?> first, Task<Session, ?> second, double below) {
    return new CascadeTask<>((Task<Session, R>) first, (Task<Session, R>) second, below);
  }

  /**
   * Models that answer questions about documents together: {@link #task} is that of the encoder,
   * which is asked about each chunk, and {@link #merge} is the task {@code ask}. Without an encoder
   * no chunk is asked about. The result owns all models.
   *
   * @param writer the model that writes the answers, whose options are for the task {@code ask}
   * @param encoder makes vectors of chunks and questions; its options are for the task {@code
   *     embed}
   * @param reranker compares each question with the chunks that were found
   * @throws ModelException if one of them is a model of another kind
   * @throws SettingException if a question is too long for the encoder
   */
  public static ModelRuntime asking(
      ModelRuntime writer, Optional<ModelRuntime> encoder, Optional<ModelRuntime> reranker) {
    Map<String, ModelRuntime> others = new LinkedHashMap<>();
    encoder.ifPresent(model -> others.put(AskTask.ENCODER, model));
    reranker.ifPresent(model -> others.put(AskTask.RERANKER, model));
    AskTask<?> asking =
        AskParts.task(
            writer.front, encoder.map(model -> model.front), reranker.map(model -> model.front));
    return new ModelRuntime(
        writer,
        others,
        encoder.<Task<Session, ?>>map(ModelRuntime::asEncoder).orElse(writer.task),
        Optional.of(asking));
  }

  /** The task of an encoder beside other models. */
  private Task<Session, ?> asEncoder() {
    return new RoutedTask<>(task, AskTask.ENCODER);
  }

  /**
   * Loads a model folder. This takes some seconds, and the memory of its weights and its cache.
   *
   * @throws ModelException as {@link ModelFrontEnd#open}
   */
  public static ModelRuntime load(RuntimeOptions options) {
    ModelFrontEnd front = ModelFrontEnd.open(options);
    boolean done = false;
    try {
      ModelRuntime runtime =
          front instanceof DecoderFrontEnd decoder
              ? decoder(decoder, options)
              : encoder((EncoderFrontEnd) front, options);
      done = true;
      return runtime;
    } finally {
      if (!done) {
        front.close();
      }
    }
  }

  private static ModelRuntime decoder(DecoderFrontEnd front, RuntimeOptions options) {
    TorchOptions torch = options.model().torch(options.budgets().threads());
    if (options.budgets().maxNumSeqs() == 0) {
      EngineSizing.checkWeights(torch.weightBytes(front.folder()), memory(options, 0));
    }
    // Everything that may fail comes before the start of the engine, which would not be closed.
    Task<Session, ?> task = front.task();
    TorchForwardPass pass = TorchForwardPass.load(front.folder(), torch);
    EngineSizing sizing = sizing(front, options, pass, torch.mappedBytes(front.folder()));
    String shown =
        onCpu(options) ? sizing.why() : sizing.why() + "; attention " + ways(pass.attention());
    ModelIdentity model = new ModelIdentity(front.folder().fingerprint(), torch.arithmetic());
    return new ModelRuntime(
        start(pass, sizing.config(), model),
        task,
        sizes(sizing.config().maxNumSeqs(), shown),
        front);
  }

  private static ModelRuntime encoder(EncoderFrontEnd front, RuntimeOptions options) {
    TorchOptions torch = options.model().torch(options.budgets().threads());
    Task<Session, ?> task = front.task();
    int most = options.budgets().maxNumBatchedTokens();
    int batched = most > 0 ? most : onCpu(options) ? CPU_TEXT_TOKENS : GPU_TEXT_TOKENS;
    EncoderEngineConfig config = front.config(batched);
    String shown = String.format(Locale.ROOT, "%,d tokens of texts in a pass", batched);
    return new ModelRuntime(
        front.start(torch, config),
        task,
        new EngineSizes(config.feedWindow(), MOST_ITEMS, shown),
        front);
  }

  private static String ways(AttentionKernel attention) {
    return switch (attention) {
      case FLASH -> "of rows of any length";
      case BY_LENGTH, BLOCKS -> "of rows by length";
    };
  }

  /** The number of GPUs on which a model could run here; starts PyTorch. */
  public static int gpus() {
    return Gpu.count();
  }

  /**
   * Puts a runtime together, which owns {@code front} and {@code backend} from now on.
   *
   * @param slots how many sequences the backend computes at once
   */
  public static ModelRuntime of(ModelFrontEnd front, Backend backend, int slots) {
    return of(front, front.task(), backend, slots);
  }

  /** As above, with another task than the one that the options say. */
  public static ModelRuntime of(
      ModelFrontEnd front, Task<Session, ?> task, Backend backend, int slots) {
    return new ModelRuntime(backend, task, sizes(slots, slots + " sequences at once"), front);
  }

  /** Sizes with which a single task keeps all slots filled, so that the last task is not slower. */
  private static EngineSizes sizes(int slots, String shown) {
    return new EngineSizes(2 * slots, 2 * slots, shown);
  }

  /**
   * A lack of memory for the cache is reported to the user like all that keeps a model from
   * loading.
   */
  private static Backend start(ForwardPass pass, EngineConfig config, ModelIdentity model) {
    try {
      return DecoderEngine.start(pass, config, model);
    } catch (BackendException e) {
      if (e.getCause() instanceof OutOfMemory reason) {
        throw new ModelException(
            reason.getMessage() + " Set engine.max_num_seqs or engine.max_model_len lower.");
      }
      throw e;
    }
  }

  private static EngineSizing sizing(
      DecoderFrontEnd front, RuntimeOptions options, TorchForwardPass pass, long mappedBytes) {
    try {
      DecoderSpec spec = front.decoder();
      return EngineSizing.choose(
          options.budgets(),
          new EngineSizing.Demand(
              pass.shape(),
              spec.layers(),
              StepMemory.of(spec, pass.precision().bytes()),
              front.tokensBesideConversation()),
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
   * The present memory of the device.
   *
   * @param mappedBytes the size of the weights in mapped files
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

  public Backend backend() {
    return backend;
  }

  /** Whether every engine can be asked; one that has failed is replaced by another runtime. */
  public boolean isAlive() {
    return backend.isAlive() && others.values().stream().allMatch(ModelRuntime::isAlive);
  }

  /** What the engines have done. */
  public Metrics metrics() {
    return others.values().stream()
        .map(ModelRuntime::metrics)
        .reduce(backend.metrics(), Metrics::plus);
  }

  /** Waits until the engines, of which one has failed or all are closed, give their memory back. */
  public boolean awaitEnd(Duration longest) throws InterruptedException {
    boolean ended = backend.isAlive() || backend.awaitEnd(longest);
    for (ModelRuntime other : others.values()) {
      ended = ended && (other.isAlive() || other.awaitEnd(longest));
    }
    return ended;
  }

  /** Opens a feed for one thread, whose works may ask every model that there is. */
  public <W extends Work> Feed<W> open(Optional<CompletionCache<W>> cache) {
    List<Route> routes = new ArrayList<>(List.of(Route.only(backend, window())));
    others.forEach((name, other) -> routes.add(new Route(name, other.backend, other.window())));
    return Feed.open(routes, cache);
  }

  public Task<Session, ?> task() {
    return task;
  }

  /**
   * The task that makes one result of what {@link #task} said of an item's chunks.
   *
   * @throws IllegalStateException if the task has none
   */
  public Task<? extends ChunkedItem<?>, ?> merge() {
    return asking
        .<Task<? extends ChunkedItem<?>, ?>>map(of -> of)
        .or(front::merge)
        .orElseThrow(
            () -> new IllegalStateException(task.name() + " has no merge. This is a bug."));
  }

  /** How many tokens the model's tokenizer makes of a text alone, without special tokens. */
  public int countTokens(String text) {
    return ofChunks.countTokens(text);
  }

  /**
   * The most tokens of a text that the models can be asked about at once. Where an encoder counts
   * them, the model that writes may count more.
   */
  public int roomForText() {
    return ofChunks == front
        ? front.roomForText()
        : Math.min(ofChunks.roomForText(), front.roomForText() * 3 / 4);
  }

  /** The fingerprint of the model that the backend runs. */
  public String fingerprint() {
    return backend.info().fingerprint();
  }

  /** The fingerprint of the model that gave a result. */
  public String fingerprint(TaskResult<?> result) {
    boolean bySecond =
        result instanceof TaskResult.Ok<?> ok
            && ok.value() instanceof Cascaded<?> of
            && of.bySecond();
    return bySecond ? others.get(CascadeTask.SECOND).fingerprint() : fingerprint();
  }

  /**
   * A text of everything that completions depend on besides the values of their requests: equal
   * requests under equal texts have equal completions. How prompts are made is not part of it,
   * because prompts are in the requests.
   */
  public String cacheScope() {
    return backend.info().scope() + "\n" + task.scope();
  }

  /** The window of a task's feed, by the weight of requests. */
  public int window() {
    return sizes.window();
  }

  /** How many items a task may have in progress or read ahead. */
  public int items() {
    return sizes.items();
  }

  /** The sizes of the engine and the reason for them, a sentence for the log. */
  public String sizes() {
    return sizes.shown();
  }

  @Override
  public void close() {
    closeAll(new ArrayDeque<>(others.values()));
  }

  /** Closes the others and then this, even if one of them cannot be closed. */
  private void closeAll(Deque<ModelRuntime> left) {
    if (left.isEmpty()) {
      closeOwn();
      return;
    }
    try {
      left.removeFirst().close();
    } finally {
      closeAll(left);
    }
  }

  private void closeOwn() {
    try {
      if (ownsBackend) {
        backend.close();
      }
    } finally {
      front.close();
    }
  }
}
