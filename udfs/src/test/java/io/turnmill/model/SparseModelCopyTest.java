package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.testing.SpoiltFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An outline says of a model what the model itself says, and holds next to nothing of it. */
class SparseModelCopyTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path SAMPLE = Path.of("../samples/models/chat-mini");

  @TempDir Path temp;

  /** What was read of the original. */
  private long bytesRead;

  private int longestRead;

  static List<Path> folders() throws IOException {
    try (Stream<Path> files = Files.walk(GOLDEN)) {
      return Stream.concat(
              Stream.of(SAMPLE),
              files.filter(file -> file.endsWith("model/config.json")).map(Path::getParent))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void theOutlineOfAFolderHasItsFingerprint(Path folder) throws IOException {
    ModelFolder outline = ModelFolder.open(outlineOf(folder));

    ModelFolder whole = ModelFolder.open(folder);
    assertThat(outline.fingerprint()).isEqualTo(whole.fingerprint());
    assertThat(outline.weightBytes()).isEqualTo(whole.weightBytes());
  }

  @Test
  void theOutlineOfAnAdapterHasItsFingerprint() throws IOException {
    Path model = GOLDEN.resolve("decoders/qwen2-tied-f32/model");
    Path adapter = GOLDEN.resolve("lora/all-linear/adapter");

    assertThat(ModelFolder.open(outlineOf(model), Optional.of(outlineOf(adapter))).fingerprint())
        .isEqualTo(ModelFolder.open(model, Optional.of(adapter)).fingerprint())
        .isNotEqualTo(ModelFolder.open(model).fingerprint());
  }

  @Test
  void ofALargeFileOnlyTheHeaderAndTheSamplesAreRead() throws IOException {
    Path original = temp.resolve("large.safetensors");
    long data = 3L << 30;
    String header =
        String.format(
            Locale.ROOT,
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
            data / 4,
            data);
    Files.write(original, SpoiltFolder.file(header, new byte[0]));
    try (RandomAccessFile file = new RandomAccessFile(original.toFile(), "rw")) {
      file.setLength(8 + header.length() + data);
    }

    Path outline = temp.resolve("outline.safetensors");
    SparseModelCopy.write(outline, Files.size(original), from(original));

    assertThat(Files.size(outline)).isEqualTo(Files.size(original));
    assertThat(bytesRead)
        .isEqualTo(8 + header.length() + (long) Fingerprint.SAMPLES * Fingerprint.SAMPLE_BYTES);
    assertThat(Safetensors.read(outline).tensors()).hasSize(1);
  }

  @Test
  void anImpossibleHeaderLengthIsNotFollowed() throws IOException {
    for (long length : new long[] {-1, 0, 1, 1993, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE}) {
      bytesRead = 0;
      Path original = temp.resolve("o" + length);
      Files.write(
          original,
          ByteBuffer.allocate(2000).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      Path outline = temp.resolve("x" + length);
      SparseModelCopy.write(outline, 2000, from(original));

      assertThat(bytesRead).isEqualTo(8);
      assertThat(Files.size(outline)).isEqualTo(2000);
      assertThatThrownBy(() -> Safetensors.read(outline)).isInstanceOf(ModelException.class);
    }
  }

  @Test
  void aFileTooShortForAHeaderIsTakenAsItIs() throws IOException {
    for (int size : new int[] {0, 1, 7}) {
      Path original = Files.write(temp.resolve("short" + size), new byte[size]);
      Path outline = temp.resolve("outline" + size);
      SparseModelCopy.write(outline, size, from(original));
      assertThat(outline).hasSameBinaryContentAs(original);
    }
  }

  @Test
  void aLongHeaderIsReadInPieces() throws IOException {
    String header = "{" + " ".repeat(3_000_000) + "}";
    Path original = Files.write(temp.resolve("long"), SpoiltFolder.file(header, new byte[0]));
    Path outline = temp.resolve("outline");
    SparseModelCopy.write(outline, Files.size(original), from(original));
    assertThat(outline).hasSameBinaryContentAs(original);
    assertThat(longestRead).isEqualTo(1 << 20);
  }

  private Path outlineOf(Path folder) throws IOException {
    Path outline = Files.createTempDirectory(temp, "outline");
    List<String> names;
    try (Stream<Path> files = Files.walk(folder)) {
      names = files.map(file -> folder.relativize(file).toString()).toList();
    }
    for (String name : FolderFiles.needed(names)) {
      Path file = folder.resolve(name);
      Files.createDirectories(outline.resolve(name).getParent());
      if (FolderFiles.isOutlined(name)) {
        SparseModelCopy.write(outline.resolve(name), Files.size(file), from(file));
      } else {
        Files.copy(file, outline.resolve(name));
      }
    }
    return outline;
  }

  private SparseModelCopy.Range from(Path original) {
    return (offset, into) -> {
      bytesRead += into.length;
      longestRead = Math.max(longestRead, into.length);
      try (RandomAccessFile file = new RandomAccessFile(original.toFile(), "r")) {
        file.seek(offset);
        file.readFully(into);
      }
    };
  }
}
