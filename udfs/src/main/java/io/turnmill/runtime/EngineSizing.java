package io.turnmill.runtime;

import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.engine.decode.ModelShape;
import io.turnmill.model.ModelException;
import io.turnmill.runtime.RuntimeOptions.Budgets;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Chooses the budgets of the decoder's engine that the user left open.
 *
 * <pre>
 *   may be taken ≥ slots × (slot tokens × cache of a token + one row's scores)
 *                  + cache of one layer, gathered for decodes that are read together
 *                  + batched tokens × (states of a token + what it sees)
 * </pre>
 *
 * @param config the configuration to start the engine with
 * @param why the reason for the sizes, one sentence for the log
 */
record EngineSizing(EngineConfig config, String why) {
  /**
   * More slots than this gain little on a CPU, whose matrix products are near their best rate then.
   */
  private static final int CPU_SLOTS = 64;

  private static final int CPU_BATCHED_TOKENS = 1024;
  private static final int GPU_SLOTS = 256;
  private static final int GPU_BATCHED_TOKENS = 8192;

  /** With fewer tokens in a pass than this, long prompts are slow. */
  private static final int LEAST_BATCHED_TOKENS = 128;

  /** If there were fewer slots than this, they are shorter at first. */
  private static final int FEWEST_SLOTS = 4;

  /** Slots are not made shorter than this, in tokens, to have more of them. */
  private static final int SHORT_SLOT = 1024;

  /** The length of a slot is a multiple of this. */
  private static final int SLOT_STEP = 64;

  /**
   * What a model needs in memory.
   *
   * @param layers how many layers share {@link ModelShape#cacheBytesPerToken}
   * @param tokensBeside how many tokens a sequence has besides its conversation, such as a reply
   */
  record Demand(ModelShape shape, int layers, StepMemory step, int tokensBeside) {

    /** The bytes of one slot and of its row in a pass. */
    private long slot(int slotTokens) {
      long cache = slotTokens * shape.cacheBytesPerToken();
      return cache + cache / layers + step.perRow();
    }
  }

  /**
   * The slots into which the cache is divided.
   *
   * @param tokens the length of each slot
   * @param longest the length for which a single slot would have memory
   */
  private record Slots(int count, int tokens, int longest) {

    /** The length up to which slots may grow; there is always room for the first cache. */
    private int maxTokens(int maxModelLen) {
      return (int) Math.min(maxModelLen, Math.max((long) count * tokens, longest));
    }
  }

  /** The longest sequence, in tokens, that the model and the user allow. */
  static int maxModelLen(Budgets budgets, int maxPositions) {
    return budgets.maxModelLen() == 0
        ? maxPositions
        : Math.min(budgets.maxModelLen(), maxPositions);
  }

  /**
   * @param onCpu whether the device is the CPU
   * @param memory reads the memory of the device after the weights are loaded; called only if a
   *     size depends on it
   * @throws ModelException when not even one sequence fits
   */
  static EngineSizing choose(
      Budgets budgets, Demand demand, boolean onCpu, Supplier<DeviceMemory> memory) {
    int slotTokens = slotTokens(budgets, demand);
    if (budgets.maxNumSeqs() > 0) {
      int batched =
          budgets.maxNumBatchedTokens() > 0
              ? budgets.maxNumBatchedTokens()
              : mostBatchedTokens(onCpu);
      boolean mayGrow = slotTokens < maxModelLen(budgets, demand.shape().maxPositions());
      int longest = mayGrow ? longestSlot(demand, batched, memory.get()) : slotTokens;
      Slots slots = new Slots(budgets.maxNumSeqs(), slotTokens, longest);
      return of(budgets, demand, slots, batched, "as it was set");
    }
    DeviceMemory device = memory.get();
    int batched = batchedTokens(budgets, demand, slotTokens, device);
    long fitting = fitting(demand, slotTokens, batched, device);
    // The longest session of a run may be one of thousands: slots that are too short for it grow
    // when it comes, and it alone fails where there is no room for it.
    while (budgets.longestPrompt() > 0 && fitting < FEWEST_SLOTS && slotTokens > SHORT_SLOT) {
      slotTokens = Math.max(SHORT_SLOT, slotTokens / 2 / SLOT_STEP * SLOT_STEP);
      fitting = fitting(demand, slotTokens, batched, device);
    }
    long pass = demand.step().bytes(batched, 0, slotTokens);
    if (fitting < 1) {
      throw tooSmall(demand, slotTokens, batched, device);
    }
    int most = onCpu ? CPU_SLOTS : GPU_SLOTS;
    int slots = (int) Math.min(Math.min(most, fitting), batched);
    String why =
        "cache and scores of %s and a pass of %s, where %s may be taken"
            .formatted(
                SpecFacts.size(slots * demand.slot(slotTokens)),
                SpecFacts.size(pass),
                device.explained());
    int longest = longestSlot(demand, batched, device);
    return of(budgets, demand, new Slots(slots, slotTokens, longest), batched, why);
  }

  /**
   * Checks, before weights are loaded, that there is memory for them.
   *
   * @param weightBytes how much memory they take on the device
   * @throws ModelException when there is not
   */
  static void checkWeights(long weightBytes, DeviceMemory before) {
    if (weightBytes > before.freeBytes()) {
      throw new ModelException(
          "The weights need %s, and %s are free on %s. Free memory, take a smaller model, or set model.quantization = int8."
              .formatted(
                  SpecFacts.size(weightBytes),
                  SpecFacts.size(before.freeBytes()),
                  before.device()));
    }
  }

  private static long fitting(Demand demand, int slotTokens, int batched, DeviceMemory device) {
    long pass = demand.step().bytes(batched, 0, slotTokens);
    return (device.budget() - pass) / demand.slot(slotTokens);
  }

  private static int slotTokens(Budgets budgets, Demand demand) {
    int maxModelLen = maxModelLen(budgets, demand.shape().maxPositions());
    if (budgets.longestPrompt() == 0) {
      return maxModelLen;
    }
    long needed = (long) budgets.longestPrompt() + demand.tokensBeside();
    return (int) Math.min(maxModelLen, (needed + SLOT_STEP - 1) / SLOT_STEP * SLOT_STEP);
  }

  /**
   * The default number of tokens in a pass, or less if a pass would take more than half of the
   * memory.
   */
  private static int batchedTokens(
      Budgets budgets, Demand demand, int slotTokens, DeviceMemory device) {
    if (budgets.maxNumBatchedTokens() > 0) {
      return budgets.maxNumBatchedTokens();
    }
    int batched = mostBatchedTokens(device.onCpu());
    while (batched > LEAST_BATCHED_TOKENS
        && demand.step().bytes(batched, 0, slotTokens) > device.budget() / 2) {
      batched /= 2;
    }
    return batched;
  }

  private static int mostBatchedTokens(boolean onCpu) {
    return onCpu ? CPU_BATCHED_TOKENS : GPU_BATCHED_TOKENS;
  }

  /** The number of tokens for which a single slot would have memory. */
  private static int longestSlot(Demand demand, int batched, DeviceMemory device) {
    StepMemory step = demand.step();
    long left = Math.max(0, device.budget() - step.bytes(batched, 1, 0));
    long perToken = demand.slot(1) - step.perRow() + batched * step.perSeen();
    long tokens = left / Math.max(1, perToken) / SLOT_STEP * SLOT_STEP;
    return (int) Math.min(Integer.MAX_VALUE, tokens);
  }

  private static EngineSizing of(
      Budgets budgets, Demand demand, Slots slots, int batched, String why) {
    RuntimeOptions.Tuning tuning = budgets.tuning();
    int maxModelLen = maxModelLen(budgets, demand.shape().maxPositions());
    EngineConfig config =
        new EngineConfig(
            slots.count(),
            Math.max(batched, slots.count()),
            maxModelLen,
            slots.tokens(),
            slots.maxTokens(maxModelLen),
            tuning.longPrefillTokenThreshold(),
            tuning.enablePrefixCaching() && demand.shape().prefixReusable(maxModelLen));
    return new EngineSizing(
        config,
        String.format(
            Locale.ROOT,
            "%,d sequences of up to %,d tokens at once, %,d tokens in a pass: %s",
            slots.count(),
            slots.tokens(),
            config.maxNumBatchedTokens(),
            why));
  }

  private static ModelException tooSmall(
      Demand demand, int slotTokens, int batched, DeviceMemory device) {
    int fits = longestSlot(demand, batched, device);
    String advice =
        fits > 0
            ? String.format(
                Locale.ROOT,
                "Set engine.max_model_len to %d or less, raise %s, or free memory.",
                fits,
                device.setting())
            : "Raise %s, free memory, or take a smaller model.".formatted(device.setting());
    return new ModelException(
        String.format(
            Locale.ROOT,
            "There is no room for even one sequence of %d tokens: it needs %s, and a pass %s; %s may be taken. %s",
            slotTokens,
            SpecFacts.size(demand.slot(slotTokens)),
            SpecFacts.size(demand.step().bytes(batched, 0, slotTokens)),
            device.explained(),
            advice));
  }
}
