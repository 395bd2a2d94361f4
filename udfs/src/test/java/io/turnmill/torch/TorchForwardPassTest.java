package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.turnmill.engine.Draw;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.decode.ModelShape;
import io.turnmill.engine.decode.NextTokens;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.StoredTensor;
import io.turnmill.testing.SpoiltFolder;
import io.turnmill.testing.TestDevice;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the seam: slots, mixed batches, faults, and memory. */
class TorchForwardPassTest {
  static Stream<Golden> goldens() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void rowsThatJoinAndLeaveAtAnyStepGetTheirOwnReplies(Golden golden) {
    try (Runner runner = Runner.of(golden)) {
      int count = golden.prompts().size();
      List<TokenIds> sequences = new ArrayList<>(golden.prompts());
      int[] cached = new int[count];
      for (int step = 0; step < 120; step++) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          // Row i joins at step 5 i, and its prompt comes in pieces of at most 4 tokens.
          int done = sequences.get(i).size() - golden.prompts().get(i).size();
          if (step >= 5 * i && done < 64) {
            int end = Math.min(sequences.get(i).size(), cached[i] + 4);
            TokenIds part = sequences.get(i).slice(cached[i], end);
            boolean last = end == sequences.get(i).size();
            rows.add(
                last
                    ? Runner.row(i, cached[i], part, Draw.GREEDY)
                    : Runner.silent(i, cached[i], part, sequences.get(i).size()));
          }
        }
        if (rows.isEmpty()) {
          break;
        }
        rows.sort(Comparator.comparing((Row row) -> row.ids().size() > 1).thenComparing(Row::end));
        NextTokens next = runner.forward(rows);
        int drawn = 0;
        for (Row row : rows) {
          cached[row.slot()] = row.end();
          if (row.draw().isPresent()) {
            TokenIds id = TokenIds.of(next.id(drawn++));
            sequences.set(row.slot(), sequences.get(row.slot()).concat(id));
            cached[row.slot()] = runner.outgrown(row.end() + 1) ? 0 : row.end();
          }
        }
        assertThat(drawn).isEqualTo(next.size());
      }
      for (int i = 0; i < count; i++) {
        TokenIds prompt = golden.prompts().get(i);
        assertThat(sequences.get(i)).isEqualTo(prompt.concat(golden.greedy().get(i)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aSlotThatIsUsedAgainGivesTheSame(Golden golden) {
    try (Runner runner = Runner.of(golden)) {
      runner.greedy(golden.prompts(), 20);
      List<TokenIds> reversed = new ArrayList<>(golden.prompts());
      List<TokenIds> expected = new ArrayList<>(golden.greedy());
      Collections.reverse(reversed);
      Collections.reverse(expected);
      assertThat(runner.greedy(reversed, 64)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aCopiedPrefixEqualsAComputedOne(Golden golden) {
    int last = golden.prompts().size() - 1;
    TokenIds first = golden.prompts().get(last - 1);
    TokenIds second = golden.prompts().get(last);
    int shared = first.commonPrefix(second);
    assertThat(shared).isEqualTo(6);
    try (Runner runner = Runner.of(golden)) {
      runner.forward(Runner.row(2, 0, first, Draw.GREEDY));
      runner.copy(2, 5, shared);
      float[][] rest = runner.logits(Runner.silent(5, shared, second.slice(shared, second.size())));
      float[][] whole = golden.logits().get(last);
      DecoderGoldenTest.assertClose(
          rest, Arrays.copyOfRange(whole, shared, whole.length), Golden.FLOAT32_TOLERANCE);
    }
  }

  @Test
  void rowsWithoutADrawReturnNothing() {
    Golden golden = Golden.named("qwen2-tied-f32");
    try (Runner runner = Runner.of(golden)) {
      assertThat(runner.forward(Runner.silent(0, 0, golden.prompts().get(3))).size()).isZero();
    }
  }

  @Test
  void theShapeIsThatOfTheModel() {
    try (Runner runner = Runner.of(Golden.named("qwen2-tied-f32"))) {
      // 2 layers, keys and values of 2 heads of 16 numbers of 4 bytes.
      assertThat(runner.pass.shape()).isEqualTo(new ModelShape(211, 512, 2 * 2 * 2 * 16 * 4, true));
    }
  }

  @Test
  void automaticPrecisionIsNamed() {
    try (Runner runner = Runner.of(Golden.named("qwen2-tied-f32").model(), Precision.AUTO, 1, 8)) {
      assertThat(runner.pass.precision()).isEqualTo(CpuFeatures.here().resolve(Precision.AUTO));
    }
  }

  @Test
  void aRowThatIsNotFiniteSparesItsNeighboursAndTheNextInItsSlot(@TempDir Path temp) {
    Golden golden = Golden.named("qwen2-ungrouped-f16");
    SpoiltFolder folder = SpoiltFolder.copyOf(golden.folder().resolve("model"), temp);
    TokenIds healthy = golden.prompts().get(2);
    TokenIds follower = golden.prompts().get(1);
    int poison = absentFrom(healthy, follower, golden.greedy().get(2), golden.greedy().get(1));
    StoredTensor embedding = folder.stored("model.embed_tokens.weight");
    long row = embedding.offset() + (long) poison * 48 * 2;
    folder.overwrite("model.safetensors", row, new byte[] {0, 0x7e});
    try (Runner runner = Runner.of(folder.open(), Precision.FLOAT32, 8, 128)) {
      TokenIds sick = TokenIds.of(1, 2, poison).concat(golden.greedy().get(0).slice(0, 20));
      NextTokens next =
          runner.forward(
              Runner.row(0, 0, healthy, Draw.GREEDY), Runner.row(1, 0, sick, Draw.GREEDY));
      assertThat(next.logprob(0)).isFinite();
      assertThat(next.logprob(1)).isNaN();
      assertThat(List.of(next.spoilt(0), next.spoilt(1))).containsExactly(false, true);
      NextTokens unfinished =
          runner.forward(
              Runner.silent(1, 0, sick, sick.size() + 3), Runner.row(0, 0, healthy, Draw.GREEDY));
      assertThat(unfinished.size()).isEqualTo(1);
      assertThat(IntStream.range(0, 2).filter(unfinished::spoilt).count())
          .as("a piece of a prompt is spoilt, too")
          .isEqualTo(1);
      assertThat(unfinished.logprob(0)).isFinite();
      assertThat(runner.greedy(List.of(healthy, follower), 64))
          .containsExactly(golden.greedy().get(2), golden.greedy().get(1));
    }
  }

  @Test
  void weightsAtAnOddPlaceInTheFileAreReadToo(@TempDir Path temp) {
    for (String name : List.of("qwen2-wide-bf16", "qwen2-tied-f32")) {
      Golden golden = Golden.named(name);
      SpoiltFolder folder =
          SpoiltFolder.copyOf(golden.folder().resolve("model"), temp.resolve(name));
      folder.padHeader("model.safetensors", 1);
      for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
        try (Runner odd = Runner.of(folder.open(), precision, 1, 64);
            Runner even = Runner.of(golden.model(), precision, 1, 64)) {
          Row prompt = Runner.silent(0, 0, golden.prompts().get(4));
          assertThat(odd.logits(prompt)).isDeepEqualTo(even.logits(prompt));
        }
      }
    }
  }

  @Test
  void closingFreesWhatLoadingTook() throws IOException {
    assumeTrue(TestDevice.IS_CPU, "elsewhere nothing is bound in place");
    Golden golden = Golden.named("qwen2-tied-f32");
    Path weights = golden.folder().resolve("model/model.safetensors").toAbsolutePath();
    Runner runner = Runner.of(golden);
    runner.greedy(golden.prompts(), 5);
    assertThat(mappings(weights)).as("bound in place").isPositive();
    assertThat(runner.pass.openArrays()).as("arrays between calls").isZero();
    runner.close();
    runner.pass.close();
    assertThat(mappings(weights)).as("after close").isZero();
  }

  @Test
  void loadingThatFailsBehindTheWeightsFreesThem() throws IOException {
    Golden golden = Golden.named("qwen2-tied-f32");
    Path weights = golden.folder().resolve("model/model.safetensors").toAbsolutePath();
    TorchOptions options =
        TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME);
    assertThatThrownBy(
            () ->
                TorchLoader.load(
                    golden.model(),
                    options,
                    manager -> {
                      Weights.bind(golden.model(), options, manager);
                      throw new IllegalStateException("later");
                    }))
        .hasMessage("later");
    assertThat(mappings(weights)).isZero();
  }

  @Test
  void convertedWeightsKeepNoMapping() throws IOException {
    Golden golden = Golden.named("qwen2-wide-bf16");
    Path weights = golden.folder().resolve("model/model.safetensors").toAbsolutePath();
    try (Runner runner = Runner.of(golden)) {
      runner.greedy(golden.prompts(), 1);
      assertThat(mappings(weights)).isZero();
    }
  }

  @Test
  void aCacheThatDoesNotFitIsOneMessage() {
    ModelFolder model = Golden.named("qwen2-tied-f32").model();
    try (TorchForwardPass pass = TorchForwardPass.load(model, TorchOptions.DEFAULTS)) {
      assertThatThrownBy(() -> pass.allocate(1 << 20, 1 << 24))
          .isInstanceOf(OutOfMemory.class)
          .hasMessageStartingWith("No room for a key-value cache of 1048576 sequences of 16777216");
    }
  }

  @Test
  void aPassForWhichThereIsNoRoomSaysSoAndASmallerOneGoesOn() throws OutOfMemory {
    Golden golden = Golden.named("qwen2-tied-f32");
    TokenIds prompt = golden.prompts().get(3);
    try (TorchForwardPass pass = ShortPass.load(golden.model(), Runner.FLOAT32, 2);
        Runner runner = Runner.of(pass, 2, 128);
        BufferAllocator allocator = new RootAllocator();
        TokenBatch batch =
            TokenBatch.pack(List.of(Runner.row(0, 0, prompt, Draw.GREEDY)), allocator)) {
      assertThat(prompt.size()).isGreaterThan(2);
      assertThatThrownBy(() -> pass.forward(batch))
          .isInstanceOf(OutOfMemory.class)
          .hasMessageContaining("can't allocate memory");
      assertThat(pass.openArrays()).isZero();
      assertThat(runner.logitsInPieces(0, prompt, 2))
          .satisfies(
              scores ->
                  DecoderGoldenTest.assertClose(
                      scores, golden.logits().get(3), Golden.FLOAT32_TOLERANCE));
    }
  }

  @Test
  void outOfMemoryIsToldFromOtherFaults() {
    for (String message :
        List.of(
            "[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate"
                + " memory: you tried to allocate 9 bytes.",
            "CUDA out of memory. Tried to allocate 2.00 GiB.",
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")) {
      assertThat(OutOfMemoryText.in(new EngineException(message))).isTrue();
    }
    assertThat(OutOfMemoryText.in(new EngineException("index out of range in self"))).isFalse();
  }

  @Test
  void aGpuThatIsNotThereIsOneMessage() {
    ModelFolder model = Golden.named("qwen2-tied-f32").model();
    assumeTrue(Engine.getEngine("PyTorch").getGpuCount() == 0);
    assertThatThrownBy(
            () ->
                TorchForwardPass.load(
                    model, TorchOptions.of(Precision.AUTO, Quantization.NONE, 0, "cuda:0")))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("The device cuda:0 was asked for, but PyTorch sees no GPU.");
  }

  private static int absentFrom(TokenIds... lists) {
    return IntStream.iterate(0, id -> id + 1)
        .filter(
            id ->
                Stream.of(lists)
                    .noneMatch(list -> IntStream.of(list.toArray()).anyMatch(i -> i == id)))
        .findFirst()
        .orElseThrow();
  }

  private static long mappings(Path file) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.endsWith(file.toString())).count();
    }
  }
}
