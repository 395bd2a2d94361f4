package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.turnmill.testing.SpoiltFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes: tensors inside the file, or one clear message; see {@link Hostile}. */
class SafetensorsFuzzTest {
  private static final int DATA = 24;
  private static final String HEADER =
      "{\"__metadata__\":{\"format\":\"pt\"},"
          + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
          + "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[16,24]}}";
  private static final byte[] GOOD = SpoiltFolder.file(HEADER, new byte[DATA]);

  private static void refused(byte[] bytes) {
    assertThat(Hostile.safetensors(bytes)).isEmpty();
  }

  private static void refused(String header) {
    refused(SpoiltFolder.file(header, new byte[DATA]));
  }

  private static void inBounds(byte[] bytes) {
    Hostile.safetensors(bytes)
        .ifPresent(
            file -> {
              for (StoredTensor tensor : file.tensors()) {
                assertThat(tensor.offset()).isGreaterThanOrEqualTo(8);
                assertThat(tensor.offset() + tensor.bytes()).isLessThanOrEqualTo(bytes.length);
              }
            });
  }

  private static byte[] withLength(byte[] bytes, long headerBytes) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(headerBytes);
    return changed;
  }

  private static String tensor(String shape, String offsets) {
    return "{\"a\":{\"dtype\":\"U8\",\"shape\":%s,\"data_offsets\":%s}}".formatted(shape, offsets);
  }

  @Property(tries = 300)
  void randomBytes(@ForAll @Size(max = 2_000) byte[] bytes) {
    inBounds(bytes);
  }

  @Property(tries = 300)
  void randomBytesBehindATrueLength(@ForAll @Size(max = 2_000) byte[] header) {
    byte[] bytes = new byte[8 + header.length];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header);
    inBounds(bytes);
  }

  @Test
  void everyTruncation() {
    assertThat(Hostile.safetensors(GOOD)).isPresent();
    for (int length = 0; length < GOOD.length; length++) {
      refused(Arrays.copyOf(GOOD, length));
    }
  }

  @Test
  void everyBitOfLengthAndHeader() {
    for (int bit = 0; bit < 8 * (GOOD.length - DATA); bit++) {
      byte[] bytes = GOOD.clone();
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      inBounds(bytes);
    }
  }

  @Property(tries = 300)
  void changedBytes(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 10_000) Integer> places,
      @ForAll @Size(6) byte[] values) {
    byte[] bytes = GOOD.clone();
    for (int i = 0; i < places.size(); i++) {
      bytes[places.get(i) % bytes.length] = values[i];
    }
    inBounds(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        2,
        -1,
        90_000_000,
        100_000_000,
        100_000_001,
        Integer.MAX_VALUE,
        1L + Integer.MAX_VALUE,
        0xffff_ffffL,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 8,
        Long.MIN_VALUE
      })
  void aLengthThatIsNotTheHeaders(long length) {
    refused(withLength(GOOD, length));
  }

  @Test
  void aLengthNearTheEndOfTheFile() {
    for (int beside = -40; beside <= 40; beside++) {
      if (beside != -DATA) {
        refused(withLength(GOOD, GOOD.length - 8L + beside));
      }
    }
  }

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "8",
          "24",
          "25",
          "-1",
          "-0",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "18446744073709551616",
          "1.0",
          "0.5",
          "24.0",
          "2.4e1",
          "1e400",
          "null",
          "true",
          "\"24\"",
          "[24]",
          "{}");

  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> number = Arbitraries.of(NUMBERS);
    Arbitrary<String> list =
        number.list().ofMaxSize(10).map(numbers -> "[" + String.join(",", numbers) + "]");
    Arbitrary<String> offsets =
        Combinators.combine(number, number).as((begin, end) -> "[" + begin + "," + end + "]");
    Arbitrary<String> name = Arbitraries.of("a", "b", "", "__metadata__", "\\u0000", "\\n", "名");
    Arbitrary<String> type = Arbitraries.of("U8", "F32", "BF16", "F4", "", "u8", "I64", "\\u0000");
    Arbitrary<String> tensor =
        Combinators.combine(name, type, list, offsets)
            .as(
                (n, t, s, o) ->
                    "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
                        .formatted(n, t, s, o));
    return tensor.list().ofMaxSize(4).map(tensors -> "{" + String.join(",", tensors) + "}");
  }

  @Property(tries = 300)
  void overlappingReversedAndOutOfRangeOffsetsAndAbsurdShapes(@ForAll("headers") String header) {
    inBounds(SpoiltFolder.file(header, new byte[DATA]));
  }

  static Stream<Arguments> faultyHeaders() {
    String a = "\"a\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[0,16]}";
    return Stream.of(
        arguments("overlap", "{" + a + "," + a.replace("\"a\"", "\"b\"") + "}"),
        arguments(
            "overlap by one",
            "{" + a + ",\"b\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[15,24]}}"),
        arguments(
            "gap", "{" + a + ",\"b\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[17,24]}}"),
        arguments("gap in front", tensor("[23]", "[1,24]")),
        arguments("data behind", tensor("[23]", "[0,23]")),
        arguments("beyond the file", tensor("[25]", "[0,25]")),
        arguments("reversed", tensor("[24]", "[24,0]")),
        arguments("negative", tensor("[24]", "[-24,0]")),
        arguments("beyond 2^63", tensor("[24]", "[0,9223372036854775808]")),
        arguments("beyond 2^64", tensor("[24]", "[18446744073709551616,18446744073709551640]")),
        arguments("fraction", tensor("[24]", "[0,24.0]")),
        arguments("three offsets", tensor("[24]", "[0,24,24]")),
        arguments("one offset", tensor("[24]", "[24]")),
        arguments("shape with a zero", tensor("[0,9223372036854775807]", "[0,24]")),
        arguments("shape that overflows to 24", tensor("[4611686018427387910,4]", "[0,24]")),
        arguments("shape of 2^64", tensor("[4294967296,4294967296]", "[0,24]")),
        arguments("negative shape", tensor("[-4,-6]", "[0,24]")),
        arguments("nested shape", tensor("[[24]]", "[0,24]")),
        arguments("shape as text", tensor("\"24\"", "[0,24]")),
        arguments("a million dimensions", tensor("[" + "1,".repeat(999_999) + "24]", "[0,24]")),
        arguments("a long number", tensor("[" + "1".repeat(100_000) + "]", "[0,24]")),
        arguments("a long fraction", tensor("[0." + "1".repeat(100_000) + "]", "[0,24]")),
        arguments("a long exponent", tensor("[1e" + "9".repeat(100_000) + "]", "[0,24]")),
        arguments("not a number", tensor("[NaN]", "[0,24]")),
        arguments("infinite", tensor("[24]", "[0,Infinity]")),
        arguments("deep arrays", "[".repeat(100_000)),
        arguments("deep objects", "{\"a\":".repeat(100_000)),
        arguments("deep metadata", "{\"__metadata__\":" + "[".repeat(100_000)),
        arguments(
            "deep and closed",
            "{\"__metadata__\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"),
        arguments("deep shape", tensor("[".repeat(100_000) + "]".repeat(100_000), "[0,24]")),
        arguments("a key twice", "{" + a + "," + a + "}"),
        arguments(
            "a field twice",
            "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[24],\"data_offsets\":[0,24]}}"),
        arguments("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}," + a + "}"),
        arguments("a name of 10 MB", "{\"" + "n".repeat(10_000_000) + "\":1}"),
        arguments(
            "a type of 10 MB",
            tensor("[24]", "[0,24]").replace("\"U8\"", "\"" + "t".repeat(10_000_000) + "\"")),
        arguments("control characters in a name", "{\"\\u0000\\n\\r\\u001b[2J\\u2028\":1}"),
        arguments("control characters as they are", "{\"a\u0000\n\":1}"),
        arguments("half a surrogate", "{\"\\ud83c\":1}"),
        arguments("half an escape", "{\"\\u12"),
        arguments("an array", "[]"),
        arguments("a text", "\"a\""),
        arguments("null", "null"),
        arguments("nothing", "  "),
        arguments("a byte order mark", "\ufeff" + tensor("[24]", "[0,24]")),
        arguments("a comment", "{/**/}"),
        arguments("trailing", tensor("[24]", "[0,24]") + "{}"),
        arguments("trailing NUL", tensor("[24]", "[0,24]") + "\u0000"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faultyHeaders")
  void aFaultyHeaderIsRefused(String what, String header) {
    assertThat(what).isNotEmpty();
    refused(header);
  }

  @Test
  void otherEncodingsAreRefused() {
    String header = tensor("[24]", "[0,24]");
    for (var charset :
        List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
      byte[] text = header.getBytes(charset);
      refused(
          ByteBuffer.allocate(8 + text.length + DATA)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(text.length)
              .put(text)
              .array());
    }
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] place = "{\"????\":1}  ".getBytes(StandardCharsets.US_ASCII);
    for (byte[] invalid :
        new byte[][] {
          {(byte) 0x80},
          {(byte) 0xc0, (byte) 0x80},
          {(byte) 0xe4, (byte) 0xbd},
          {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          {(byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80},
          {(byte) 0xff}
        }) {
      byte[] header = place.clone();
      System.arraycopy(invalid, 0, header, 2, invalid.length);
      byte[] bytes = new byte[8 + header.length];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header);
      refused(bytes);
    }
  }

  @Test
  void hugeMetadataIsSkipped() {
    String metadata =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "\"k" + i + "\":\"v\"")
            .collect(Collectors.joining(","));
    String long10 = "\"long\":\"" + "x".repeat(10_000_000) + "\"";
    String header = HEADER.replace("\"format\":\"pt\"", metadata + "," + long10);
    assertThat(Hostile.safetensors(SpoiltFolder.file(header, new byte[DATA])))
        .hasValueSatisfying(file -> assertThat(file.tensors()).hasSize(2));
  }

  @Test
  void manyTensorsCostInProportion() {
    String tensors =
        IntStream.range(0, 50_000)
            .mapToObj(i -> "\"t" + i + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}")
            .collect(Collectors.joining(",", "{", "}"));
    assertThat(Hostile.safetensors(SpoiltFolder.file(tensors, new byte[0])))
        .hasValueSatisfying(file -> assertThat(file.tensors()).hasSize(50_000));
  }
}
