package io.turnmill.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The header of one safetensors file, checked against the file's size before anything is mapped.
 *
 * <pre>
 *   byte 0        8              8 + n                          end of file
 *        | n: u64 | header: JSON | data of all tensors, no gaps |
 * </pre>
 *
 * The header maps each tensor's name to {@code dtype}, {@code shape} and {@code data_offsets},
 * which count from the start of the data. Nothing larger than the header is read, and no tensor.
 */
final class Safetensors {
  /** Size of the number before the header. */
  static final int LENGTH_BYTES = 8;

  /** The limit of the format's own reference reader. */
  private static final long LIMIT_HEADER_BYTES = 100_000_000;

  private static final int LIMIT_DIMENSIONS = 8;

  private final Path file;
  private final long sizeBytes;
  private final byte[] header;
  private final List<StoredTensor> tensors;

  private Safetensors(Path file, long sizeBytes, byte[] header, List<StoredTensor> tensors) {
    this.file = file;
    this.sizeBytes = sizeBytes;
    this.header = header;
    this.tensors = List.copyOf(tensors);
  }

  static Safetensors read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long headerBytes = size < 8 ? -1 : fully(channel, 0, 8).getLong();
      if (size < 8 || headerBytes > size - 8) {
        throw new ModelException(
            file
                + ": truncated, or no safetensors file: it ends inside its header. Fetch it again.");
      }
      if (headerBytes < 2 || headerBytes > LIMIT_HEADER_BYTES) {
        throw new ModelException(
            file + ": no safetensors file: its first 8 bytes are no header length.");
      }
      byte[] header = fully(channel, 8, (int) headerBytes).array();
      List<StoredTensor> tensors = new Header(file, 8 + headerBytes, size).parse(header);
      return new Safetensors(file, size, header, tensors);
    } catch (JsonProcessingException e) {
      throw new ModelException(file + ": header " + Json.explain(e));
    } catch (IOException e) {
      throw Json.unreadable(file, e);
    }
  }

  /** Whether a header can be that long: what {@link #read} does not refuse at first sight. */
  static boolean possible(long headerBytes, long fileBytes) {
    return headerBytes >= 2
        && headerBytes <= LIMIT_HEADER_BYTES
        && headerBytes <= fileBytes - LENGTH_BYTES;
  }

  Path file() {
    return file;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  byte[] header() {
    return header.clone();
  }

  /** In the order in which they lie in the file. */
  List<StoredTensor> tensors() {
    return tensors;
  }

  private static ByteBuffer fully(FileChannel channel, long from, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
    return buffer.flip();
  }

  /** Parses by streaming, so that memory stays in proportion to the number of tensors. */
  private record Header(Path file, long dataStart, long fileBytes) {

    List<StoredTensor> parse(byte[] header) throws IOException {
      // The format wants UTF-8 from the first byte on; the parser alone would take others.
      expect(header[0] == '{' && header[1] != 0, () -> "it is no JSON object in UTF-8");
      List<StoredTensor> tensors = new ArrayList<>();
      try (JsonParser json = Json.FACTORY.createParser(header)) {
        json.nextToken();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          if (name.equals("__metadata__")) {
            json.skipChildren();
          } else {
            tensors.add(tensor(name, json));
          }
        }
        expect(json.nextToken() == null, () -> "something follows its JSON object");
      }
      tensors.sort(
          Comparator.comparingLong(StoredTensor::offset).thenComparing(StoredTensor::bytes));
      checkLayout(tensors);
      return tensors;
    }

    private StoredTensor tensor(String name, JsonParser json) throws IOException {
      expect(json.currentToken() == JsonToken.START_OBJECT, () -> quoted(name) + " is no object");
      String dtype = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        switch (key) {
          case "dtype" -> {
            expect(value == JsonToken.VALUE_STRING, () -> quoted(name) + ": dtype is no string");
            dtype = json.getText();
          }
          case "shape" -> shape = naturals(name, json, LIMIT_DIMENSIONS);
          case "data_offsets" -> offsets = naturals(name, json, 2);
          default -> throw wrong("%s has an unknown key".formatted(quoted(name)));
        }
      }
      expect(
          dtype != null && shape != null && offsets != null && offsets.size() == 2,
          () -> quoted(name) + " lacks dtype, shape or data_offsets");
      return checked(name, dtype, shape, offsets);
    }

    private StoredTensor checked(String name, String dtype, List<Long> shape, List<Long> offsets) {
      StoredType type =
          StoredType.named(dtype)
              .orElseThrow(
                  () -> wrong("%s has an unknown dtype %s".formatted(quoted(name), quoted(dtype))));
      long begin = offsets.get(0);
      long end = offsets.get(1);
      long dataBytes = fileBytes - dataStart;
      if (begin > end || end > dataBytes) {
        throw new ModelException(
            String.format(
                Locale.ROOT,
                "%s: tensor %s claims bytes %d to %d, but the file holds %d: truncated or damaged. Fetch it again.",
                file,
                quoted(name),
                begin,
                end,
                dataBytes));
      }
      long bytes = bytesOf(shape, type);
      expect(
          bytes == end - begin,
          () ->
              String.format(
                  Locale.ROOT,
                  "%s has %d bytes, but its shape %s of %s needs %s",
                  quoted(name),
                  end - begin,
                  shape,
                  type,
                  bytes < 0 ? "more" : bytes));
      return new StoredTensor(name, file, type, shape, dataStart + begin, bytes);
    }

    /** Size of a tensor in bytes, or -1 when it exceeds a long. */
    private static long bytesOf(List<Long> shape, StoredType type) {
      if (shape.contains(0L)) {
        return 0;
      }
      long bytes = type.bytes();
      for (long dimension : shape) {
        if (dimension > Long.MAX_VALUE / bytes) {
          return -1;
        }
        bytes *= dimension;
      }
      return bytes;
    }

    private List<Long> naturals(String name, JsonParser json, int limit) throws IOException {
      expect(
          json.currentToken() == JsonToken.START_ARRAY,
          () -> quoted(name) + ": no list of numbers");
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(
            json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && json.getLongValue() >= 0,
            () -> quoted(name) + " has a number that is not a size");
        expect(numbers.size() < limit, () -> quoted(name) + " has too many numbers in a list");
        numbers.add(json.getLongValue());
      }
      return numbers;
    }

    /** The format allows neither gaps nor overlaps, so that nothing can hide in a file. */
    private void checkLayout(List<StoredTensor> tensors) {
      long next = dataStart;
      for (StoredTensor tensor : tensors) {
        String fault = tensor.offset() < next ? " overlaps another tensor" : " follows a gap";
        expect(tensor.offset() == next, () -> quoted(tensor.name()) + fault);
        next += tensor.bytes();
      }
      expect(next == fileBytes, () -> "bytes follow the last tensor");
    }

    private void expect(boolean condition, Supplier<String> otherwise) {
      if (!condition) {
        throw wrong(otherwise.get());
      }
    }

    private ModelException wrong(String what) {
      return new ModelException(
          "%s: not a valid safetensors header: %s. Fetch the file again.".formatted(file, what));
    }

    private static String quoted(String name) {
      String printable = name.replaceAll("\\p{Cntrl}", "?");
      return '"' + (printable.length() > 100 ? printable.substring(0, 100) + "…" : printable) + '"';
    }
  }
}
