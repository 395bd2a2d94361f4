package io.turnmill.runtime;

import io.turnmill.task.TaskKind;

import io.turnmill.inference.SamplingParams;
import io.turnmill.task.ReplyTask;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchOptions;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a model is loaded and asked. Travels to the executors as it stands; texts that are not given
 * are empty.
 *
 * @param model which model, and how it computes
 * @param budgets threads and sizes of the engine
 * @param prompts how prompts are made
 * @param sampling how to sample; its stop token ids are the user's own
 * @param ignoreEos the model's end-of-sequence tokens do not end a reply
 * @param stop stop strings
 * @param seed of all random numbers
 * @param task what is asked of a session
 */
public record RuntimeOptions(
    Model model,
    Budgets budgets,
    Prompts prompts,
    SamplingParams sampling,
    boolean ignoreEos,
    List<String> stop,
    long seed,
    TaskKind task)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Answers the last turn of each session. */
  public RuntimeOptions(
      Model model,
      Budgets budgets,
      Prompts prompts,
      SamplingParams sampling,
      boolean ignoreEos,
      List<String> stop,
      long seed) {
    this(model, budgets, prompts, sampling, ignoreEos, stop, seed, TaskKind.REPLY);
  }

  /** A model as its folder is; all else is left to the runtime. */
  public static RuntimeOptions of(Model model, SamplingParams sampling) {
    return new RuntimeOptions(model, Budgets.OPEN, Prompts.PLAIN, sampling, false, List.of(), 0);
  }

  /** The same with the folders at other places. */
  public RuntimeOptions withFolders(UnaryOperator<String> places) {
    String adapter = model.adapter().isEmpty() ? "" : places.apply(model.adapter());
    return withModel(
        new Model(
            places.apply(model.folder()),
            adapter,
            model.dtype(),
            model.quantization(),
            model.device()));
  }

  /** The same on a device: {@code cpu} or {@code cuda:N}. */
  public RuntimeOptions withDevice(String device) {
    return withModel(
        new Model(model.folder(), model.adapter(), model.dtype(), model.quantization(), device));
  }

  private RuntimeOptions withModel(Model changed) {
    return new RuntimeOptions(changed, budgets, prompts, sampling, ignoreEos, stop, seed, task);
  }

  /** The same with a number of torch threads. */
  public RuntimeOptions withThreads(int threads) {
    return withBudgets(
        new Budgets(
            threads,
            budgets.maxNumSeqs(),
            budgets.maxNumBatchedTokens(),
            budgets.maxModelLen(),
            budgets.longestPrompt(),
            budgets.tuning()));
  }

  /** The same with another time for templates. */
  public RuntimeOptions startedAt(Instant startedAt) {
    Prompts then =
        new Prompts(
            prompts.template(),
            prompts.templateName(),
            prompts.templateKwargs(),
            prompts.systemPrompt(),
            prompts.allowSpecialTokens(),
            prompts.cutLeft(),
            startedAt);
    return new RuntimeOptions(model, budgets, then, sampling, ignoreEos, stop, seed, task);
  }

  /** The same for prompts of about so many tokens at most. */
  public RuntimeOptions withLongestPrompt(int longestPrompt) {
    return withBudgets(
        new Budgets(
            budgets.threads(),
            budgets.maxNumSeqs(),
            budgets.maxNumBatchedTokens(),
            budgets.maxModelLen(),
            longestPrompt,
            budgets.tuning()));
  }

  private RuntimeOptions withBudgets(Budgets changed) {
    return new RuntimeOptions(model, changed, prompts, sampling, ignoreEos, stop, seed, task);
  }

  /**
   * A model and its arithmetic.
   *
   * @param folder path of a Hugging Face model folder on the local disk
   * @param adapter path of a LoRA adapter's folder
   * @param dtype {@code auto}, {@code float32}, {@code bfloat16} or {@code float16}
   * @param quantization {@code none} or {@code int8}
   * @param device {@code cpu} or {@code cuda:N}; on the driver what the user asked for: {@code
   *     auto}, {@code cpu} or {@code cuda}
   */
  public record Model(
      String folder, String adapter, String dtype, String quantization, String device)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** A folder as it is, on the CPU. */
    public static Model of(String folder) {
      return new Model(folder, "", "auto", "none", "cpu");
    }

    public Optional<Path> adapterPath() {
      return Optional.of(adapter).filter(path -> !path.isEmpty()).map(Path::of);
    }

    /**
     * How torch runs it.
     *
     * @param threads of one operation on the CPU; 0 for one for each processor
     */
    public TorchOptions torch(int threads) {
      return TorchOptions.of(
          Precision.valueOf(dtype.toUpperCase(Locale.ROOT)),
          Quantization.valueOf(quantization.toUpperCase(Locale.ROOT)),
          threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
          device);
    }
  }

  /**
   * Sizes; 0 leaves the choice to the runtime.
   *
   * @param threads torch threads; 0 for one for each core of the executor
   * @param maxNumSeqs slots
   * @param maxNumBatchedTokens tokens in one forward pass
   * @param maxModelLen longest sequence in tokens; 0 for what the model was made for
   * @param longestPrompt about how many tokens the longest prompt of the run has, 0 when unknown:
   *     slots are made for that, and grow for a prompt that is longer after all
   * @param tuning what seldom needs another value
   */
  public record Budgets(
      int threads,
      int maxNumSeqs,
      int maxNumBatchedTokens,
      int maxModelLen,
      int longestPrompt,
      Tuning tuning)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Everything is left to the runtime. */
    public static final Budgets OPEN = new Budgets(0, 0, 0, 0, 0, Tuning.DEFAULTS);
  }

  /**
   * Named as vLLM names it.
   *
   * @param gpuMemoryUtilization share of a GPU's memory that may be in use: above 0, at most 1
   * @param cpuMemoryUtilization share of the host's free memory that may be taken beside the
   *     weights: above 0, at most 1
   * @param longPrefillTokenThreshold most tokens of one prompt in one pass; 0 for no limit
   * @param enablePrefixCaching whether a prompt goes on from a prefix that a slot holds
   * @param keepAliveSeconds how long a model stays loaded that no task uses
   */
  public record Tuning(
      double gpuMemoryUtilization,
      double cpuMemoryUtilization,
      int longPrefillTokenThreshold,
      boolean enablePrefixCaching,
      int keepAliveSeconds)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final Tuning DEFAULTS = new Tuning(0.9, 0.5, 0, true, 60);
  }

  /**
   * Prompting.
   *
   * @param template chat template's source that replaces the model's own
   * @param templateName which of the model's named templates
   * @param templateKwargs further variables of the template, a JSON object
   * @param systemPrompt system message for sessions that have none
   * @param allowSpecialTokens conversation text may spell special tokens
   * @param cutLeft cut conversations that are too long instead of rejecting them
   * @param startedAt the run's start: what a template sees as the time
   */
  public record Prompts(
      String template,
      String templateName,
      String templateKwargs,
      String systemPrompt,
      boolean allowSpecialTokens,
      boolean cutLeft,
      Instant startedAt)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The model's own template, with nothing added. */
    public static final Prompts PLAIN = new Prompts("", "", "", "", false, false, Instant.EPOCH);
  }
}
