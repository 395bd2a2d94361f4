package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.turnmill.testing.SpoiltFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from a good file, and what is said of a bad one; hostile ones are fuzzed beside. */
class SafetensorsTest {
  private static final byte[] GOOD =
      SpoiltFolder.file(
          "{\"__metadata__\":{\"format\":\"pt\"},"
              + "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[16,22]},"
              + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
              + "\"s\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[22,23]}}  ",
          new byte[23]);

  @Test
  void tensorsAreFoundWhereTheHeaderSays() {
    long start = GOOD.length - 23L;
    assertThat(read(GOOD))
        .extracting(
            StoredTensor::name, StoredTensor::type, StoredTensor::shape, StoredTensor::offset)
        .containsExactly(
            tuple("a", StoredType.F32, List.of(2L, 2L), start),
            tuple("b", StoredType.BF16, List.of(3L), start + 16),
            tuple("s", StoredType.U8, List.of(), start + 22));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}} | \"a\" has 8 bytes, but its shape [1] of F32 needs 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,8]}} | its shape [9223372036854775807, 2] of F32 needs more",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}} | \"a\" has an unknown dtype \"F99\"",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9]}} | claims bytes 0 to 9, but the file holds 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | claims bytes 8 to 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | \"a\" has a number that is not a size",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e3],\"data_offsets\":[0,8]}} | \"a\" has a number that is not a size",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}} | \"a\" has a number that is not a size",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}} | \"a\" has too many numbers in a list",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | \"a\" lacks dtype, shape or data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}} | \"a\" has an unknown key",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | bytes follow the last tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | \"a\" follows a gap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[7,8]}} | \"b\" overlaps another tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | not valid JSON",
        "{\"a\":7} | \"a\" is no object",
        "[] | it is no JSON object",
        "{} x | not valid JSON",
        "{\"a\" | not valid JSON",
      })
  void aFaultInTheHeaderIsNamed(String header, String message) {
    assertThatThrownBy(() -> read(SpoiltFolder.file(header, new byte[8])))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aHeaderLengthBeyondTheFileIsNotAllocated() {
    for (long length : new long[] {-1, 0, 1, GOOD.length, Long.MAX_VALUE, Long.MIN_VALUE}) {
      byte[] bytes = GOOD.clone();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      assertThatThrownBy(() -> read(bytes)).isInstanceOf(ModelException.class);
    }
  }

  private static List<StoredTensor> read(byte[] bytes) {
    try {
      Path file = Files.createTempFile("fuzz", ".safetensors");
      try {
        Files.write(file, bytes);
        return Safetensors.read(file).tensors();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
