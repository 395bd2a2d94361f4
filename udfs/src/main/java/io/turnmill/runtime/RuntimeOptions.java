package io.turnmill.runtime;

import io.turnmill.engine.SamplingParams;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * How a model is loaded and asked. Travels to the executors as it stands; texts that are not given
 * are empty.
 *
 * @param modelFolder path of a Hugging Face model folder on the local disk
 * @param dtype {@code auto}, {@code float32}, {@code bfloat16} or {@code float16}
 * @param budgets threads and sizes of the engine
 * @param prompts how prompts are made
 * @param sampling how to sample; its stop token ids are the user's own
 * @param ignoreEos the model's end-of-sequence tokens do not end a reply
 * @param stop stop strings
 * @param seed of all random numbers
 */
public record RuntimeOptions(
    String modelFolder,
    String dtype,
    Budgets budgets,
    Prompts prompts,
    SamplingParams sampling,
    boolean ignoreEos,
    List<String> stop,
    long seed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The same with the model folder at another place. */
  public RuntimeOptions withModelFolder(String folder) {
    return new RuntimeOptions(folder, dtype, budgets, prompts, sampling, ignoreEos, stop, seed);
  }

  /** The same with a number of torch threads. */
  public RuntimeOptions withThreads(int threads) {
    return withBudgets(
        new Budgets(
            threads,
            budgets.maxNumSeqs(),
            budgets.maxNumBatchedTokens(),
            budgets.maxModelLen(),
            budgets.longestPrompt()));
  }

  /** The same with an upper bound of the tokens of any prompt. */
  public RuntimeOptions withLongestPrompt(int longestPrompt) {
    return withBudgets(
        new Budgets(
            budgets.threads(),
            budgets.maxNumSeqs(),
            budgets.maxNumBatchedTokens(),
            budgets.maxModelLen(),
            longestPrompt));
  }

  private RuntimeOptions withBudgets(Budgets changed) {
    return new RuntimeOptions(
        modelFolder, dtype, changed, prompts, sampling, ignoreEos, stop, seed);
  }

  /**
   * Sizes; 0 leaves the choice to the runtime.
   *
   * @param threads torch threads; 0 for one for each core of the executor
   * @param maxNumSeqs slots
   * @param maxNumBatchedTokens tokens in one forward pass
   * @param maxModelLen longest sequence in tokens; 0 for what the model was made for
   * @param longestPrompt upper bound of the tokens of any prompt of the run, 0 when unknown: slots
   *     need not be longer
   */
  public record Budgets(
      int threads, int maxNumSeqs, int maxNumBatchedTokens, int maxModelLen, int longestPrompt)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Prompting.
   *
   * @param template chat template's source that replaces the model's own
   * @param templateName which of the model's named templates
   * @param templateKwargs further variables of the template, a JSON object
   * @param systemPrompt system message for sessions that have none
   * @param allowSpecialTokens conversation text may spell added tokens
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
  }
}
