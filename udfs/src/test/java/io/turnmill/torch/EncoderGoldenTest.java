package io.turnmill.torch;

import static io.turnmill.torch.DecoderGoldenTest.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.inference.TextRow;
import io.turnmill.testing.TestDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoders and their heads against transformers, sentence-transformers and peft, from ids on. */
class EncoderGoldenTest {

  /** Those whose prompts count; the one where they do not is tested from its texts on. */
  static Stream<EncoderGolden> goldens() {
    return EncoderGolden.all().filter(golden -> !golden.name().equals("bert-without-prompt"));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aMixedBatchEqualsTransformers(EncoderGolden golden) throws OutOfMemory {
    try (TorchEncoder encoder = load(golden, Precision.FLOAT32, Quantization.NONE)) {
      List<float[][]> outputs = run(encoder, golden, all(golden));
      for (int i = 0; i < outputs.size(); i++) {
        assertClose(outputs.get(i), golden.outputs().get(i), Golden.FLOAT32_TOLERANCE);
      }
      assertThat(encoder.openArrays()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aRowAloneEqualsTheRowInABatch(EncoderGolden golden) throws OutOfMemory {
    try (TorchEncoder encoder = load(golden, Precision.FLOAT32, Quantization.NONE)) {
      for (int i = 0; i < golden.inputs().size(); i++) {
        float[][] alone = run(encoder, golden, List.of(i)).get(0);
        assertClose(alone, golden.outputs().get(i), Golden.FLOAT32_TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void halfPrecisionAndInt8StayNear(EncoderGolden golden) throws OutOfMemory {
    if (golden.folder().toString().contains("torchscript")) {
      return; // runs as it was traced
    }
    for (Precision precision : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
      try (TorchEncoder encoder = load(golden, precision, Quantization.NONE)) {
        assertNear(run(encoder, golden, all(golden)), golden, 0.15);
      }
    }
    try (TorchEncoder encoder = load(golden, Precision.FLOAT32, Quantization.INT8)) {
      assertNear(run(encoder, golden, all(golden)), golden, 0.25);
    }
  }

  /** By the mean error as a share of the mean size of the numbers. */
  private static void assertNear(List<float[][]> actual, EncoderGolden golden, double share) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < actual.size(); i++) {
      float[][] expected = golden.outputs().get(i);
      for (int t = 0; t < expected.length; t++) {
        for (int e = 0; e < expected[t].length; e++) {
          error += Math.abs(actual.get(i)[t][e] - expected[t][e]);
          size += Math.abs(expected[t][e]);
        }
      }
    }
    assertThat(error / size).isLessThan(share);
  }

  private static TorchEncoder load(
      EncoderGolden golden, Precision precision, Quantization quantization) {
    boolean traced = golden.folder().toString().contains("torchscript");
    Precision asked = traced ? Precision.AUTO : precision;
    return TorchEncoder.load(
        golden.model(), TorchOptions.of(asked, quantization, 1, TestDevice.NAME));
  }

  private static List<Integer> all(EncoderGolden golden) {
    return IntStream.range(0, golden.inputs().size()).boxed().toList();
  }

  /** For each chosen input its states, or its vector as the only row. */
  private static List<float[][]> run(
      TorchEncoder encoder, EncoderGolden golden, List<Integer> chosen) throws OutOfMemory {
    List<Integer> order = new ArrayList<>(chosen);
    order.sort(Comparator.comparingInt(i -> golden.inputs().get(i).ids().size()));
    List<TextRow> rows = order.stream().map(i -> golden.row(golden.inputs().get(i))).toList();
    float[][][] outputs = new float[golden.inputs().size()][][];
    try (BufferAllocator allocator = new RootAllocator();
        TokenBatch batch = TokenBatch.packTexts(rows, allocator)) {
      if (golden.kind().equals("hidden")) {
        float[][] states = encoder.states(batch);
        int next = 0;
        for (int i : order) {
          int tokens = golden.inputs().get(i).ids().size();
          outputs[i] = Arrays.copyOfRange(states, next, next + tokens);
          next += tokens;
        }
      } else {
        float[][] vectors = encoder.raw(batch);
        for (int r = 0; r < order.size(); r++) {
          outputs[order.get(r)] = new float[][] {vectors[r]};
        }
      }
    }
    return chosen.stream().map(i -> outputs[i]).toList();
  }
}
