package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.engine.decode.ModelShape;
import io.turnmill.model.ModelException;
import io.turnmill.runtime.EngineSizing.Demand;
import io.turnmill.runtime.RuntimeOptions.Budgets;
import io.turnmill.runtime.RuntimeOptions.Tuning;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineSizingTest {
  private static final long MB = 1_000_000;

  /**
   * Ten layers; 10 kB of cache a token, 1 kB of one layer's gathered; 100 kB a token of a pass; a
   * megabyte of scores a row.
   */
  private static final Demand DEMAND =
      new Demand(
          new ModelShape(50_000, 4000, 10_000, true), 10, new StepMemory(100_000, 0, MB), 100);

  private static DeviceMemory cpu(long freeMb) {
    return DeviceMemory.ofHost(freeMb * MB, 0, 0.5);
  }

  private static DeviceMemory gpu(long totalMb, long freeMb) {
    return new DeviceMemory("cuda:0", totalMb * MB, freeMb * MB, 0.9);
  }

  /** With slots of 1000 tokens, each 12 MB with its scores. */
  @ParameterizedTest(name = "{0} MB free on the CPU: {1} sequences, {2} tokens")
  @CsvSource({
    "1000000, 64, 1024", // the caps
    "1741, 64, 1024", // 870.5 MB may be taken: 102.4 MB for a pass, 768 MB for 64 slots
    "1740, 63, 1024",
    "1000, 33, 1024",
    "410, 8, 1024", // a pass takes half of 205 MB
    "400, 12, 512", // and no more than half
    "110, 2, 256",
    "50, 1, 128" // no fewer tokens, whatever they take
  })
  void whatFitsOnACpuIsTakenUpToWhatPays(long freeMb, int slots, int batched) {
    EngineConfig config =
        EngineSizing.choose(budgets(0, 0, 1000), DEMAND, true, () -> cpu(freeMb)).config();

    assertThat(config.maxNumSeqs()).isEqualTo(slots);
    assertThat(config.maxNumBatchedTokens()).isEqualTo(batched);
    assertThat(config.maxModelLen()).isEqualTo(1000);
  }

  @Test
  void weightsInMappedFilesAreNotFreeThoughTheSystemCountsThemSo() {
    DeviceMemory host = DeviceMemory.ofHost(16_000 * MB, 12_000 * MB, 0.5);
    assertThat(host.budget()).isEqualTo(2000 * MB);
    assertThat(DeviceMemory.ofHost(100 * MB, 200 * MB, 0.5).budget()).isZero();
  }

  /** Of a GPU a share of all may be in use, and the weights are in use already. */
  @ParameterizedTest(name = "{1} of {0} MB free: {2} sequences, {3} tokens")
  @CsvSource({
    "80000, 60000, 256, 8192",
    "8000, 4000, 198, 8192", // 3200 MB may be taken, a pass has 819.2 MB
    "8000, 2000, 65, 4096", // 1200 MB
    "8000, 900, 6, 256" // 100 MB: 25.6 MB for a pass
  })
  void onAGpuWhatIsInUseAlreadyCounts(long totalMb, long freeMb, int slots, int batched) {
    EngineConfig config =
        EngineSizing.choose(budgets(0, 0, 1000), DEMAND, false, () -> gpu(totalMb, freeMb))
            .config();

    assertThat(config.maxNumSeqs()).isEqualTo(slots);
    assertThat(config.maxNumBatchedTokens()).isEqualTo(batched);
  }

  @Test
  void aSequenceThatDoesNotFitIsRefusedWithNumbersAndTheLengthThatWould() {
    assertThatThrownBy(() -> EngineSizing.choose(budgets(0, 0, 0), DEMAND, true, () -> cpu(100)))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "There is no room for even one sequence of 4000 tokens: it needs 45 MB, and a pass"
                + " 13 MB; 50 MB (engine.cpu_memory_utilization = 0.5 of 100 MB free on cpu) may"
                + " be taken. Set engine.max_model_len to 3264 or less, raise"
                + " engine.cpu_memory_utilization, or free memory.");
    EngineSizing fits = EngineSizing.choose(budgets(0, 0, 3264), DEMAND, true, () -> cpu(100));
    assertThat(fits.config().maxNumSeqs()).isOne();
  }

  @Test
  void whereNoLengthFitsTheAdviceIsAnother() {
    assertThatThrownBy(
            () -> EngineSizing.choose(budgets(0, 0, 0), DEMAND, false, () -> gpu(8000, 810)))
        .hasMessageContaining(
            "10 MB (engine.gpu_memory_utilization = 0.9 of 810 MB free on cuda:0 of 8,000 MB)")
        .hasMessageEndingWith(
            "Raise engine.gpu_memory_utilization, free memory, or take a smaller model.");
    assertThatThrownBy(
            () -> EngineSizing.choose(budgets(0, 0, 0), DEMAND, false, () -> gpu(8000, 100)))
        .hasMessageContaining("0 bytes (engine.gpu_memory_utilization");
  }

  @Test
  void slotsAreNoLongerThanTheLongestPromptAndItsReplyNeed() {
    Budgets known = new Budgets(0, 0, 0, 0, 411, Tuning.DEFAULTS);
    EngineConfig config = EngineSizing.choose(known, DEMAND, true, () -> cpu(1000)).config();

    assertThat(config.slotTokens()).as("511 tokens, in whole steps").isEqualTo(512);
    assertThat(config.maxModelLen()).as("what a sequence may have").isEqualTo(4000);
    assertThat(config.maxSlotTokens()).as("what a slot may grow to").isEqualTo(4000);
    assertThat(config.maxNumSeqs()).isEqualTo((int) ((500 * MB - 102_400_000) / 6_632_000));
  }

  @Test
  void aSlotMayGrowToWhatMemoryHasRoomForAndToWhatTheCacheHasInAnyCase() {
    Budgets open = new Budgets(0, 0, 0, 0, 411, Tuning.DEFAULTS);
    EngineConfig config = EngineSizing.choose(open, DEMAND, true, () -> cpu(100)).config();
    assertThat(config.maxNumSeqs()).isEqualTo(5);
    assertThat(config.maxSlotTokens()).as("what one alone would fit").isEqualTo(3264);

    Budgets set = new Budgets(0, 2, 0, 0, 411, Tuning.DEFAULTS);
    config = EngineSizing.choose(set, DEMAND, true, () -> cpu(100)).config();
    assertThat(config.maxSlotTokens()).as("two slots of 512").isEqualTo(1024);
    assertThat(config.maxModelLen()).isEqualTo(4000);
  }

  @Test
  void whatTheUserSetIsTakenAndMemoryIsNotAsked() {
    EngineSizing sizing =
        EngineSizing.choose(
            budgets(300, 200, 0),
            DEMAND,
            true,
            () -> {
              throw new AssertionError("asked");
            });

    assertThat(sizing.config().maxNumSeqs()).isEqualTo(300);
    assertThat(sizing.config().maxNumBatchedTokens()).as("at least one each").isEqualTo(300);
    assertThat(sizing.why())
        .isEqualTo(
            "300 sequences of up to 4,000 tokens at once, 300 tokens in a pass: as it was set");
  }

  @Test
  void tuningGoesToTheEngineAndAPrefixThatCannotBeReusedNeverIs() {
    Tuning tuning = new Tuning(0.9, 0.5, 256, true, 0);
    Budgets budgets = new Budgets(0, 0, 0, 64, 0, tuning);
    EngineConfig config = EngineSizing.choose(budgets, DEMAND, true, () -> cpu(1000)).config();
    assertThat(config.longPrefillTokenThreshold()).isEqualTo(256);
    assertThat(config.enablePrefixCaching()).isTrue();

    Budgets off = new Budgets(0, 0, 0, 64, 0, new Tuning(0.9, 0.5, 0, false, 0));
    assertThat(EngineSizing.choose(off, DEMAND, true, () -> cpu(1000)).config())
        .returns(false, EngineConfig::enablePrefixCaching);
    Demand lengthDependent =
        new Demand(new ModelShape(50_000, 4000, 10_000, false), 10, DEMAND.step(), 100);
    assertThat(EngineSizing.choose(budgets, lengthDependent, true, () -> cpu(1000)).config())
        .returns(false, EngineConfig::enablePrefixCaching);
  }

  @Test
  void prefixesAreReusedWhereNoSequenceIsComputedAgain() {
    ModelShape shape = new ModelShape(50_000, 4000, 10_000, false, OptionalInt.of(64));
    Demand demand = new Demand(shape, 10, DEMAND.step(), 100);
    assertThat(EngineSizing.choose(budgets(0, 0, 64), demand, true, () -> cpu(1000)).config())
        .returns(true, EngineConfig::enablePrefixCaching);
    assertThat(EngineSizing.choose(budgets(0, 0, 65), demand, true, () -> cpu(1000)).config())
        .returns(false, EngineConfig::enablePrefixCaching);
  }

  @Test
  void theLogSaysWhatDecided() {
    assertThat(EngineSizing.choose(budgets(0, 0, 1000), DEMAND, true, () -> cpu(1000)).why())
        .isEqualTo(
            "33 sequences of up to 1,000 tokens at once, 1,024 tokens in a pass: cache and scores"
                + " of 396 MB and a pass of 102 MB, where 500 MB"
                + " (engine.cpu_memory_utilization = 0.5 of 1,000 MB free on cpu) may be taken");
  }

  @Test
  void weightsWithoutRoomAreRefusedBeforeTheyAreLoaded() {
    EngineSizing.checkWeights(100 * MB, cpu(100));
    assertThatThrownBy(() -> EngineSizing.checkWeights(16_000 * MB, gpu(8000, 7900)))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "The weights need 16.0 GB, and 7,900 MB are free on cuda:0. Free memory, take a"
                + " smaller model, or set model.quantization = int8.");
  }

  private static Budgets budgets(int seqs, int batched, int maxModelLen) {
    return new Budgets(0, seqs, batched, maxModelLen, 0, Tuning.DEFAULTS);
  }
}
