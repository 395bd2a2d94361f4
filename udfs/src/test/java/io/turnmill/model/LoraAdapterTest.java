package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.model.Weight.Use;
import io.turnmill.testing.SpoiltFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tensors of an adapter go to which weight, and what is said of those that fit none. */
class LoraAdapterTest {
  private static final String Q = "model.layers.0.self_attn.q_proj";
  private static final Weight QUERY = weight(Q + ".weight", 6, 4);
  private static final Weight NORM = weight("model.norm.weight", 4);

  @TempDir Path folder;
  private final List<String> header = new ArrayList<>();
  private int bytes;

  private static Weight weight(String storedName, long... shape) {
    return new Weight(
        Weight.OF_MODEL, storedName, storedName, Arrays.stream(shape).boxed().toList(), Use.OTHER);
  }

  private void tensor(String name, long... shape) {
    int size = (int) Arrays.stream(shape).reduce(4, (a, b) -> a * b);
    header.add(
        String.format(
            Locale.ROOT,
            "\"%s\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [%d, %d]}",
            name,
            Arrays.toString(shape),
            bytes,
            bytes + size));
    bytes += size;
  }

  private LoraAdapter open(String config) throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), config);
    Files.write(
        folder.resolve("adapter_model.safetensors"),
        SpoiltFolder.file(
            header.stream().collect(Collectors.joining(",", "{", "}")), new byte[bytes]));
    return LoraAdapter.open(folder, List.of(QUERY, NORM));
  }

  private void refused(String config, String message) {
    assertThatThrownBy(() -> open(config))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  private void matrices(String module) {
    tensor(module + ".lora_A.weight", 2, 4);
    tensor(module + ".lora_B.weight", 6, 2);
  }

  @Test
  void trainedOnTheModelWithOrWithoutItsHead() throws IOException {
    matrices("base_model.model.layers.0.self_attn.q_proj");
    assertThat(open("{\"lora_alpha\": 8}").update(QUERY))
        .get()
        .extracting(LowRankUpdate::scaling)
        .isEqualTo(4.0);
    header.clear();
    bytes = 0;
    matrices("base_model.model." + Q);
    assertThat(open("{}").update(QUERY)).isPresent();
  }

  @Test
  void anAdapterWithoutTensors() {
    refused("{}", "adapter_model.safetensors: holds no tensors");
  }

  @Test
  void shapesThatAreNoMatrices() {
    tensor("base_model.model." + Q + ".lora_A.weight");
    tensor("base_model.model." + Q + ".lora_B.weight", 6, 2);
    refused("{}", "do not fit [6, 4]");
  }

  @Test
  void anUpdateOfWhatIsNoMatrix() {
    tensor("base_model.model.model.norm.lora_A.weight", 2, 4);
    tensor("base_model.model.model.norm.lora_B.weight", 4, 2);
    refused("{}", "do not fit [4]");
  }

  @Test
  void waysToBeginThatChangeTheBaseModel() {
    for (String start : List.of("pissa_niter_4", "olora", "corda", "loftq", "lora_ga")) {
      refused("{\"init_lora_weights\": \"%s\"}".formatted(start), "which changes the base model");
    }
  }
}
