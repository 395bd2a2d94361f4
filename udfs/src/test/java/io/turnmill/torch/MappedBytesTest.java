package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.model.ModelFolder;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MappedBytesTest {

  @Test
  void allOfAFileInTheWantedPrecisionIsMappedAndNothingThatIsConverted() throws IOException {
    Golden golden = Golden.named("qwen2-tied-f32");
    ModelFolder folder = golden.model();
    long data = data(golden.folder().resolve("model/model.safetensors"));
    assertThat(options(Precision.FLOAT32).mapped().mappedBytes(folder)).isEqualTo(data);
    assertThat(options(Precision.BFLOAT16).mapped().mappedBytes(folder)).isZero();
    assertThat(TorchOptions.of(Precision.FLOAT32, Quantization.INT8, 1, "cpu").mappedBytes(folder))
        .as("the matrices of the blocks are copies")
        .isBetween(1L, data - 1);
    assertThat(
            TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, "cuda:0").mappedBytes(folder))
        .isZero();
  }

  private static TorchOptions options(Precision precision) {
    return TorchOptions.of(precision, Quantization.NONE, 1, "cpu");
  }

  /** A safetensors file begins with the length of its header, in eight bytes, the lowest first. */
  private static long data(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      return Files.size(file) - Long.BYTES - Long.reverseBytes(in.readLong());
    }
  }
}
