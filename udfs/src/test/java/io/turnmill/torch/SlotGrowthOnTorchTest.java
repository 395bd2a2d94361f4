package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.engine.decode.Together;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.testing.TestDevice;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Caches of real decoders that are allocated anew while there is work. */
class SlotGrowthOnTorchTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int SLOTS = 4;

  static Stream<Golden> goldens() {
    return Golden.all();
  }

  /**
   * Slots are made for the shortest prompt; every prompt comes twice, so once after the longest.
   */
  @ParameterizedTest
  @MethodSource("goldens")
  void repliesInSlotsThatGrewAreThoseOfTheReference(Golden golden) throws Exception {
    int replyTokens = golden.greedy().get(0).size();
    int shortest = golden.prompts().stream().mapToInt(TokenIds::size).min().orElseThrow();
    List<TokenIds> expected = new ArrayList<>(golden.greedy());
    expected.addAll(golden.greedy());
    TorchForwardPass pass = TorchForwardPass.load(golden.model(), Runner.FLOAT32);
    boolean reuse = pass.shape().prefixReusable();
    EngineConfig config =
        new EngineConfig(SLOTS, 64, pass.shape().maxPositions(), 0, reuse)
            .withSlots(shortest + replyTokens, pass.shape().maxPositions());
    try (Backend engine = DecoderEngine.start(pass, config, ModelIdentity.NONE)) {
      List<Generate> requests =
          Stream.concat(golden.prompts().stream(), golden.prompts().stream())
              .map(prompt -> greedy(prompt, replyTokens))
              .toList();
      List<Outcome> outcomes = Together.run(engine, requests).inOrder();

      assertThat(outcomes.stream().map(outcome -> ((Completion) outcome).ids()))
          .isEqualTo(expected);
      assertThat(engine.metrics().get(Metric.SLOTS)).as("slots have grown").isLessThan(SLOTS);
    }
  }

  @Test
  void aCacheForWhichThereIsNoRoomLeavesThePassReadyForASmallerOne() {
    Golden golden = Golden.named("qwen2-tied-f32");
    int tokens = golden.greedy().get(0).size();
    try (Runner runner = Runner.of(golden)) {
      runner.greedy(golden.prompts(), tokens);
      try {
        runner.pass.allocate(1 << 20, 1 << 24);
      } catch (OutOfMemory e) {
        runner.allocate(golden.prompts().size(), 256);
      }
      assertThat(runner.greedy(golden.prompts(), tokens)).isEqualTo(golden.greedy());
      assertThat(runner.pass.openArrays()).isZero();
    }
  }

  @Test
  void theMemoryOfACacheIsGivenBackWhenAnotherTakesItsPlace() throws Exception {
    assumeTrue(TestDevice.IS_CPU && Files.exists(STATUS), "memory is read where Linux shows it");
    long cacheBytes = 256L << 20;
    try (TorchForwardPass pass =
        TorchForwardPass.load(Golden.named("qwen2-tied-f32").model(), Runner.FLOAT32)) {
      int tokens = Math.toIntExact(cacheBytes / pass.shape().cacheBytesPerToken());
      pass.allocate(1, tokens);
      long before = residentBytes();
      for (int slots = 2; slots <= 8; slots *= 2) {
        pass.allocate(slots, tokens / slots);
      }
      assertThat(residentBytes() - before).isLessThan(2 * cacheBytes);
    }
  }

  private static Generate greedy(TokenIds prompt, int maxTokens) {
    SamplingParams sampling = SamplingParams.greedy(maxTokens);
    return new Generate(prompt, sampling, 0, () -> StopCheck.NEVER);
  }

  /** A line reads {@code VmRSS: 12345 kB}; see proc_pid_status(5). */
  private static long residentBytes() throws IOException {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow();
    }
  }
}
