package io.turnmill.runtime;

import io.turnmill.inference.SamplingParams;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;
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
 * How a model is loaded and asked. It is serialized and sent to the executors; texts that are not
 * given are empty.
 *
 * @param model which model, and how it computes
 * @param budgets threads and sizes of the engine
 * @param prompts how prompts are made
 * @param sampling how to sample; its stop token ids are the user's own
 * @param ignoreEos whether a reply continues after the model's end-of-sequence tokens
 * @param stop stop strings
 * @param seed the seed of all random numbers
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
    TaskOptions task)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Options for a model that is not asked by a task. */
  static final RuntimeOptions NOTHING = of(Model.of(""), SamplingParams.greedy(1));

  /** Options under which the last turn of each session is answered. */
  public RuntimeOptions(
      Model model,
      Budgets budgets,
      Prompts prompts,
      SamplingParams sampling,
      boolean ignoreEos,
      List<String> stop,
      long seed) {
    this(
        model,
        budgets,
        prompts,
        sampling,
        ignoreEos,
        stop,
        seed,
        new TaskOptions.Reply(TaskKind.REPLY));
  }

  /** Options for a model and how to sample; the runtime chooses everything else. */
  public static RuntimeOptions of(Model model, SamplingParams sampling) {
    return new RuntimeOptions(model, Budgets.OPEN, Prompts.PLAIN, sampling, false, List.of(), 0);
  }

  /** The same options with the folders at other places. */
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

  /** The same options on a device: {@code cpu} or {@code cuda:N}. */
  public RuntimeOptions withDevice(String device) {
    return withModel(
        new Model(model.folder(), model.adapter(), model.dtype(), model.quantization(), device));
  }

  private RuntimeOptions withModel(Model changed) {
    return new RuntimeOptions(changed, budgets, prompts, sampling, ignoreEos, stop, seed, task);
  }

  /** The same options for another task. */
  public RuntimeOptions withTask(TaskOptions other) {
    return new RuntimeOptions(model, budgets, prompts, sampling, ignoreEos, stop, seed, other);
  }

  /** The same options with this number of torch threads. */
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

  /** The same options with another time for templates. */
  public RuntimeOptions startedAt(Instant startedAt) {
    Prompts then =
        new Prompts(
            prompts.template(),
            prompts.templateName(),
            prompts.templateKwargs(),
            prompts.systemPrompt(),
            prompts.allowSpecialTokens(),
            prompts.cutLeft(),
            startedAt,
            prompts.framing(),
            prompts.reasoning());
    return new RuntimeOptions(model, budgets, then, sampling, ignoreEos, stop, seed, task);
  }

  /** The same options for prompts of at most about this many tokens. */
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

  /** The same options with another share of a GPU's memory that may be in use. */
  public RuntimeOptions withGpuMemoryUtilization(double share) {
    Tuning tuning = budgets.tuning();
    return withBudgets(
        new Budgets(
            budgets.threads(),
            budgets.maxNumSeqs(),
            budgets.maxNumBatchedTokens(),
            budgets.maxModelLen(),
            budgets.longestPrompt(),
            new Tuning(
                share,
                tuning.cpuMemoryUtilization(),
                tuning.longPrefillTokenThreshold(),
                tuning.enablePrefixCaching(),
                tuning.keepAliveSeconds())));
  }

  /**
   * What the engine of a model depends on: options that are equal in this can share one engine,
   * with prompts, sampling and questions of their own. The longest reply is part of it, as slots
   * are made for it; and so is how vectors are made, as that is a part of the model's pass.
   */
  public String engine() {
    String vectors =
        task instanceof TaskOptions.Embed embed
            ? "vectors " + embed.pooling() + " " + (embed.normalize() == TaskOptions.Normalize.NO)
            : "";
    return String.join("\n", model + "", budgets + "", vectors, replyTokens() + "");
  }

  /** The longest reply, in tokens; 0 for a task that writes nothing. */
  int replyTokens() {
    return task.kind().writes() ? sampling.maxTokens() : 0;
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

    /** A model in a folder, on the CPU, without an adapter. */
    public static Model of(String folder) {
      return new Model(folder, "", "auto", "none", "cpu");
    }

    public Optional<Path> adapterPath() {
      return Optional.of(adapter).filter(path -> !path.isEmpty()).map(Path::of);
    }

    /**
     * The options with which torch runs the model.
     *
     * @param threads how many threads compute one operation on the CPU; 0 for one for each
     *     processor
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
   * The sizes of the engine; 0 leaves the choice to the runtime.
   *
   * @param threads how many torch threads; 0 for one for each core of the executor
   * @param maxNumSeqs how many slots
   * @param maxNumBatchedTokens how many tokens in one forward pass at most
   * @param maxModelLen longest sequence in tokens; 0 for what the model was made for
   * @param longestPrompt about how many tokens the longest prompt of the run has, 0 when unknown:
   *     slots are made for that, and grow if a prompt is longer
   * @param tuning settings that seldom need another value
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

    /** Budgets that leave every choice to the runtime. */
    public static final Budgets OPEN = new Budgets(0, 0, 0, 0, 0, Tuning.DEFAULTS);
  }

  /**
   * Settings that seldom need another value, named as vLLM names them.
   *
   * @param gpuMemoryUtilization share of a GPU's memory that may be in use: above 0, at most 1
   * @param cpuMemoryUtilization share of the host's free memory that may be taken beside the
   *     weights: above 0, at most 1
   * @param longPrefillTokenThreshold most tokens of one prompt in one pass; 0 for no limit
   * @param enablePrefixCaching whether a prompt starts at the longest common prefix that a slot
   *     holds
   * @param keepAliveSeconds how long an unused model stays loaded
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
   * How prompts are made.
   *
   * @param template the source of a chat template that replaces the model's own
   * @param templateName which of the model's named templates
   * @param templateKwargs further variables of the template, a JSON object
   * @param systemPrompt system message for sessions that have none
   * @param allowSpecialTokens whether special tokens are recognised in conversation text, too
   * @param cutLeft whether the oldest messages of conversations that are too long are dropped;
   *     otherwise they are rejected
   * @param startedAt the start of the run, which is the time that a template reads
   * @param framing what is put around the messages of a session
   * @param reasoning how the reasoning in replies is found and limited
   */
  public record Prompts(
      String template,
      String templateName,
      String templateKwargs,
      String systemPrompt,
      boolean allowSpecialTokens,
      boolean cutLeft,
      Instant startedAt,
      Framing framing,
      Reasoning reasoning)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The messages of sessions alone; the model says whether it reasons. */
    public Prompts(
        String template,
        String templateName,
        String templateKwargs,
        String systemPrompt,
        boolean allowSpecialTokens,
        boolean cutLeft,
        Instant startedAt) {
      this(
          template,
          templateName,
          templateKwargs,
          systemPrompt,
          allowSpecialTokens,
          cutLeft,
          startedAt,
          Framing.NONE,
          Reasoning.AUTO);
    }

    /** The model's own template, with nothing added. */
    public static final Prompts PLAIN = new Prompts("", "", "", "", false, false, Instant.EPOCH);
  }

  /**
   * What is put around the messages of a session in its prompt.
   *
   * @param message the source of a template that makes one message of a session
   * @param examples messages by user and assistant in turn, before the conversation
   * @param continueFinalMessage whether a final message of the assistant is continued
   */
  public record Framing(String message, List<Example> examples, boolean continueFinalMessage)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Nothing. */
    public static final Framing NONE = new Framing("", List.of(), false);

    public Framing {
      examples = List.copyOf(examples);
    }
  }

  /**
   * A message of an example.
   *
   * @param role {@code user} or {@code assistant}
   */
  public record Example(String role, String content) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Role and length only, because it may be text of a conversation. */
    @Override
    public String toString() {
      return "Example[" + role + ", chars=" + content.length() + "]";
    }
  }

  /**
   * How the reasoning in replies is found and limited.
   *
   * @param marks {@code auto}, {@code none}, or the marks before and after it, joined by a comma
   * @param budgetTokens most tokens of it; 0 for no limit
   */
  public record Reasoning(String marks, int budgetTokens) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** As the model does it, without a limit. */
    public static final Reasoning AUTO = new Reasoning(ReasoningMarks.AUTO, 0);
  }
}
