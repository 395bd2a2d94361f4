package io.turnmill.job.config;

import static io.turnmill.job.config.Setting.operation;
import static io.turnmill.job.config.Setting.results;

import java.util.List;

/** {@code engine.*}: budgets of the engine in each executor. */
final class EngineSettings {
  static final Setting<Integer> MAX_NUM_SEQS =
      operation(
          "engine.max_num_seqs",
          Types.COUNT_OR_AUTO,
          0,
          "Sequences under way at once in each executor; 0: from model and memory.",
          c -> c.engine().maxNumSeqs());

  static final Setting<Integer> MAX_NUM_BATCHED_TOKENS =
      operation(
          "engine.max_num_batched_tokens",
          Types.COUNT_OR_AUTO,
          0,
          "Most tokens in one forward pass; 0: from model and memory.",
          c -> c.engine().maxNumBatchedTokens());

  static final Setting<Integer> MAX_MODEL_LEN =
      results(
          "engine.max_model_len",
          Types.COUNT_OR_AUTO,
          0,
          "Longest prompt and reply together, in tokens; 0: what the model can take.",
          c -> c.engine().maxModelLen());

  static final Setting<Double> GPU_MEMORY_UTILIZATION =
      operation(
          "engine.gpu_memory_utilization",
          new ScalarTypes.Real(0, true, 1),
          0.9,
          "Share of a GPU's memory that may be in use, whoever uses it.",
          c -> c.engine().tuning().gpuMemoryUtilization());

  static final Setting<Double> CPU_MEMORY_UTILIZATION =
      operation(
          "engine.cpu_memory_utilization",
          new ScalarTypes.Real(0, true, 1),
          0.5,
          "Share of the host's free memory that an executor on the CPU may take beside the weights; less for several executors on one host.",
          c -> c.engine().tuning().cpuMemoryUtilization());

  static final Setting<Integer> LONG_PREFILL_TOKEN_THRESHOLD =
      operation(
          "engine.long_prefill_token_threshold",
          Types.COUNT_OR_AUTO,
          0,
          "Most tokens of one prompt in one forward pass, so that a long one leaves room for others; 0: no limit.",
          c -> c.engine().tuning().longPrefillTokenThreshold());

  static final Setting<Boolean> ENABLE_PREFIX_CACHING =
      operation(
          "engine.enable_prefix_caching",
          Types.FLAG,
          true,
          "Whether a prompt that begins as another did goes on from what was computed for that.",
          c -> c.engine().tuning().enablePrefixCaching());

  static final Setting<Integer> KEEP_ALIVE =
      operation(
          "engine.keep_alive",
          Types.COUNT_OR_AUTO,
          60,
          "How long an executor keeps a model that no task uses, in seconds; 0: it goes at once.",
          c -> c.engine().tuning().keepAliveSeconds());

  static final Setting<Integer> THREADS =
      operation(
          "engine.threads",
          Types.COUNT_OR_AUTO,
          0,
          "Threads of a forward pass on the CPU; 0: the cores that Spark gives to an executor (in"
              + " local[N] those N), as far as the machine has them.",
          c -> c.engine().threads());

  static final List<Setting<?>> ALL =
      List.of(
          MAX_NUM_SEQS,
          MAX_NUM_BATCHED_TOKENS,
          MAX_MODEL_LEN,
          GPU_MEMORY_UTILIZATION,
          CPU_MEMORY_UTILIZATION,
          LONG_PREFILL_TOKEN_THRESHOLD,
          ENABLE_PREFIX_CACHING,
          KEEP_ALIVE,
          THREADS);

  private EngineSettings() {}

  static EngineBudgets read(Values values) {
    return new EngineBudgets(
        values.get(MAX_NUM_SEQS),
        values.get(MAX_NUM_BATCHED_TOKENS),
        values.get(MAX_MODEL_LEN),
        values.get(THREADS),
        new EngineTuning(
            values.get(GPU_MEMORY_UTILIZATION),
            values.get(CPU_MEMORY_UTILIZATION),
            values.get(LONG_PREFILL_TOKEN_THRESHOLD),
            values.get(ENABLE_PREFIX_CACHING),
            values.get(KEEP_ALIVE)));
  }
}
