package io.turnmill.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Weights for a folder that has none: all of them are zero, so that every token scores alike. */
public final class ZeroWeights {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ZeroWeights() {}

  /**
   * Writes {@code model.safetensors}, which takes no room on a disk.
   *
   * @param others names of tensors of one number each, besides those of the architecture
   */
  public static void write(Path folder, String... others) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (Weight weight :
        ModelWeights.of(ModelConfigFile.read(folder, ModelConfigFile.json(folder)), Set.of())) {
      ObjectNode tensor = header.putObject(weight.storedName()).put("dtype", "F32");
      weight.shape().forEach(tensor.putArray("shape")::add);
      long bytes = weight.shape().stream().reduce(4L, (a, b) -> a * b);
      tensor.putArray("data_offsets").add(end).add(end += bytes);
    }
    for (String name : others) {
      ObjectNode tensor = header.putObject(name).put("dtype", "F32");
      tensor.putArray("shape").add(1);
      tensor.putArray("data_offsets").add(end).add(end += 4);
    }
    byte[] text = JSON.writeValueAsBytes(header);
    ByteBuffer begin = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    begin.putLong(text.length).put(text).flip();
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("model.safetensors"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      file.write(begin);
      file.write(ByteBuffer.allocate(1), 8 + text.length + end - 1);
    }
  }
}
