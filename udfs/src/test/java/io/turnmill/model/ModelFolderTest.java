package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.testing.SpoiltFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from a good folder, and what is said of a bad one: one line, naming the file. */
class ModelFolderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/decoders");
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path temp;

  private static ModelFolder golden(String name) {
    return ModelFolder.open(GOLDEN.resolve("qwen2-" + name).resolve("model"));
  }

  @Test
  void everythingThatChangesAResultIsRead() {
    ModelFolder folder = golden("ungrouped-f16");
    assertThat(folder.spec())
        .isEqualTo(
            new DecoderSpec(
                "qwen2",
                173,
                512,
                48,
                new DecoderSpec.Embeddings(false, 1, OptionalDouble.empty()),
                new DecoderSpec.Attention(3, 3, 10, 10, 1 / Math.sqrt(10), true, false, false),
                new DecoderSpec.GatedMlp(80, Activation.SILU, false),
                new DecoderSpec.Norms(3e-3, false, false),
                Collections.nCopies(4, new DecoderSpec.LayerKind(0, Rope.unscaled(500))),
                new DecoderSpec.TokenRoles(
                    Set.of(1), "generation_config.json", OptionalInt.empty(), OptionalInt.of(0))));
    assertThat(folder.weights()).hasSize(3 + 4 * 12);
    assertThat(folder.weights())
        .allSatisfy(weight -> assertThat(folder.stored(weight).shape()).isEqualTo(weight.shape()));
  }

  @Test
  void shardsAreOneTable() {
    ModelFolder folder = golden("untied-bf16-sharded");
    assertThat(folder.weights().stream().map(weight -> folder.stored(weight).file()).distinct())
        .hasSize(3);
  }

  @Test
  void oneStoredMatrixIsSeveralWeights() {
    ModelFolder folder = ModelFolder.open(GOLDEN.resolve("phi3-partial-tied").resolve("model"));
    List<Weight> parts =
        folder.weights().stream()
            .filter(
                weight -> weight.storedName().equals("model.layers.1.self_attn.qkv_proj.weight"))
            .toList();
    assertThat(parts)
        .extracting(Weight::name)
        .containsExactly(
            "self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight");
    // 48 rows of queries, 16 of keys, 16 of values, each of 48 numbers of 4 bytes.
    long first = folder.stored(parts.get(0)).offset();
    assertThat(parts)
        .extracting(weight -> folder.stored(weight).offset() - first)
        .containsExactly(0L, 48L * 48 * 4, 64L * 48 * 4);
    assertThat(parts)
        .allSatisfy(weight -> assertThat(folder.stored(weight).shape()).isEqualTo(weight.shape()));
    assertThat(folder.parameters())
        .isEqualTo(101 * 48 + 48 + 2 * (2 * 48 + 80 * 48 + 48 * 48 + 3 * 64 * 48));
  }

  @Test
  void aStoredMatrixOfSeveralWeightsIsCheckedAsAWhole() {
    SpoiltFolder folder =
        SpoiltFolder.copyOf(GOLDEN.resolve("phi3-sliding").resolve("model"), temp);
    folder.replace("config.json", "\"intermediate_size\": 56", "\"intermediate_size\": 57");
    assertThatThrownBy(folder::open)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(
            "model.layers.0.mlp.gate_up_proj.weight is [112, 40], not [114, 40],"
                + " model.layers.0.mlp.down_proj.weight is [40, 56], not [40, 57]");
  }

  @Test
  void tiedModelsNeedNoOutputLayer() {
    assertThat(golden("tied-f32").weights())
        .extracting(Weight::storedName)
        .doesNotContain("lm_head.weight");
  }

  @Test
  void endTokensComeFromTheGenerationSettingsFirst() {
    SpoiltFolder folder = copy("tied-f32");
    assertThat(eos(folder)).containsExactlyInAnyOrder(3, 5);
    folder.write("generation_config.json", "{\"eos_token_id\": 9}");
    assertThat(eos(folder)).containsExactly(9);
    folder.write("generation_config.json", "{\"temperature\": 0.7}");
    assertThat(eos(folder)).containsExactlyInAnyOrder(3, 5);
    folder.delete("generation_config.json");
    assertThat(eos(folder)).containsExactlyInAnyOrder(3, 5);
  }

  private static Set<Integer> eos(SpoiltFolder folder) {
    return ((DecoderSpec) folder.open().spec()).tokens().eos();
  }

  @Test
  void theFingerprintChangesWithEveryFileThatChangesAResult() {
    SpoiltFolder folder = copy("wide-bf16");
    String before = folder.open().fingerprint();
    assertThat(before).matches("[0-9a-f]{64}").isEqualTo(golden("wide-bf16").fingerprint());
    folder.write("README.md", "nothing");
    assertThat(folder.open().fingerprint()).isEqualTo(before);
    folder.replace("config.json", "\"rope_theta\": 10000.0", "\"rope_theta\": 10001.0");
    String config = folder.open().fingerprint();
    folder.replace("tokenizer.json", "t3", "u3");
    String tokenizer = folder.open().fingerprint();
    folder.padHeader(WEIGHTS, 8);
    assertThat(Set.of(before, config, tokenizer, folder.open().fingerprint())).hasSize(4);
  }

  @Test
  void aTokenizerMayBeSmallerThanTheEmbeddingButNotLarger() {
    ModelFolder folder = golden("tied-f32");
    folder.checkTokenizer(211);
    folder.checkTokenizer(200);
    assertThatThrownBy(() -> folder.checkTokenizer(212))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("tokenizer.json has ids up to 211, but the embedding has 211 rows");
  }

  @Test
  void tensorsThatChangeNoResultAreNamedAndOthersRefused() throws IOException {
    SpoiltFolder folder = copy("tied-f32").delete(WEIGHTS);
    ZeroWeights.write(
        folder.path(),
        "model.layers.0.self_attn.rotary_emb.inv_freq",
        "mtp.layers.0.mlp.down_proj.weight",
        "model.layers.2.eh_proj.weight",
        "model.layers.2.enorm.weight",
        "v_head.summary.weight",
        "lm_head.weight");
    assertThat(folder.open().warnings())
        .singleElement()
        .asString()
        .contains(
            "6 of the tensors are not used, because they change no result: "
                + "model.layers.0.self_attn.rotary_emb.inv_freq, mtp.layers.0.mlp.down_proj.weight,"
                + " model.layers.2.eh_proj.weight")
        .endsWith(" and 1 more.");

    folder.delete(WEIGHTS);
    ZeroWeights.write(folder.path(), "model.layers.2.enorm.weight", "model.layers.0.mtp.weight");
    assertThatThrownBy(folder::open)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(
            "not of this architecture: model.layers.2.enorm.weight, model.layers.0.mtp.weight");
  }

  @Test
  void warningsAreOfTheConfigurationThatWasRead() {
    SpoiltFolder folder =
        copy("tied-f32").replace("config.json", "\"pad_token_id\": 0", "\"pad_token_id\": 211");
    ModelFolder opened = folder.open();
    folder.delete("config.json");
    assertThat(opened.warnings())
        .containsExactly(
            folder.path().resolve("config.json") + ": pad_token_id 211, which has no effect.");
  }

  @Test
  void aFolderThatIsNotThere() {
    assertThatThrownBy(() -> ModelFolder.open(temp.resolve("nothing")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("nothing: no such folder. A model is a folder with config.json")
        .hasNoCause();
  }

  @Test
  void allMissingFilesAreNamedAtOnce() {
    refused(
        folder -> folder.delete("config.json").delete("tokenizer.json").delete(WEIGHTS),
        ": missing config.json, tokenizer.json, model.safetensors (or"
            + " model.safetensors.index.json). Fetch the whole folder.");
  }

  @Test
  void pickledWeightsAreRefusedWithTheWayOut() {
    refused(
        folder -> folder.delete(WEIGHTS).write("pytorch_model.bin", "x"),
        "pytorch_model.bin only, which is not read because unpickling runs code. Take the model's"
            + " safetensors files");
  }

  @Test
  void allThatIsNotSupportedIsNamedAtOnce() {
    refused(
        folder ->
            folder
                .replace("config.json", "\"silu\"", "\"xielu\"")
                .replace("config.json", "Qwen2ForCausalLM", "Qwen2ForTokenClassification")
                .replace(
                    "config.json",
                    "\"rope_scaling\": null",
                    "\"rope_scaling\": {\"type\": \"longrope\", \"factor\": 4}")
                .replace(
                    "config.json",
                    "\"use_sliding_window\": false",
                    "\"mlp_bias\": true, \"quantization_config\": {\"bits\": 4}"),
        "config.json: cannot be used as it is: architecture \"Qwen2ForTokenClassification\""
            + " (supported for model_type qwen2: Qwen2ForCausalLM); quantization_config (take the"
            + " unquantised model); mlp_bias true for model_type qwen2; rope_scaling of type"
            + " \"longrope\" (supported: default, linear, dynamic, llama3, yarn); hidden_act"
            + " \"xielu\" (supported: silu, swish,");
  }

  @Test
  void aFamilyThatIsNotSupported() {
    refused(
        folder ->
            folder.replace("config.json", "\"model_type\": \"qwen2\"", "\"model_type\": \"mamba\""),
        "config.json: model_type \"mamba\" is not supported (supported: qwen2, qwen3, llama,"
            + " mistral, phi3, gemma3_text, bert, roberta, xlm-roberta, distilbert, modernbert).");
  }

  @Test
  void allWrongSettingsAreNamedAtOnce() {
    refused(
        folder ->
            folder
                .replace("config.json", "\"hidden_size\": 64", "\"hidden_size\": -64")
                .replace("config.json", "\"rms_norm_eps\": 1e-06", "\"rms_norm_eps\": \"small\"")
                .replace("config.json", "\"intermediate_size\": 112,", ""),
        "config.json: cannot be used as it is: hidden_size must be a whole number from 1 to"
            + " 16777216, not -64; intermediate_size is missing; rms_norm_eps must be a number, not"
            + " \"small\".");
  }

  @Test
  void headsThatDoNotFit() {
    refused(
        folder ->
            folder.replace(
                "config.json", "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3"),
        "num_attention_heads 4 is no multiple of num_key_value_heads 3");
  }

  @Test
  void endTokensThatAreNoIds() {
    refused(
        folder -> folder.write("generation_config.json", "{\"eos_token_id\": [2, -1]}"),
        "generation_config.json: wrong settings: eos_token_id must be a token id or a list of token"
            + " ids, not -1.");
    refused(
        folder -> folder.write("generation_config.json", "{\"eos_token_id\": \"</s>\"}"),
        "eos_token_id must be a token id or a list of token ids, not \"</s>\".");
  }

  @Test
  void jsonThatIsNone() {
    refused(
        folder -> folder.write("config.json", "{\"a\": 1,\n \"a\": 2}"),
        "config.json: not valid JSON (line 2, column 5): Duplicate field 'a'.");
    refused(folder -> folder.write("config.json", "[]"), "config.json: not a JSON object.");
    refused(folder -> folder.write("config.json", "{} {}"), "config.json: not valid JSON");
    refused(folder -> folder.write("config.json", "{\"a\":".repeat(5000)), "not valid JSON");
  }

  @Test
  void aTruncatedFile() {
    refused(folder -> folder.truncate(WEIGHTS, 100_000), "truncated or damaged. Fetch it again.");
    refused(folder -> folder.truncate(WEIGHTS, 500), "truncated, or no safetensors file");
    refused(folder -> folder.truncate(WEIGHTS, 3), "truncated, or no safetensors file");
    refused(folder -> folder.truncate(WEIGHTS, 0), "truncated, or no safetensors file");
  }

  @Test
  void offsetsOutsideTheFile() {
    refused(
        folder ->
            folder.rewriteHeader(
                WEIGHTS,
                header -> header.replace("\"data_offsets\":[0,", "\"data_offsets\":[99999999,")),
        "model.safetensors: ");
  }

  @Test
  void missingTensors() {
    refused(
        folder ->
            folder.rewriteHeader(
                WEIGHTS, header -> header.replace("layers.1.mlp.up_proj", "layers.1.mlp.op_proj")),
        "the weights do not fit config.json: missing model.layers.1.mlp.up_proj.weight; not of"
            + " this architecture: model.layers.1.mlp.op_proj.weight. Check that both are of the"
            + " same model.");
    refused(
        folder ->
            folder
                .replace("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3")
                .replace("config.json", "\"layer_types\"", "\"no_layer_types\""),
        "missing model.layers.2.input_layernorm.weight, model.layers.2.self_attn.q_proj.weight,"
            + " model.layers.2.self_attn.q_proj.bias, model.layers.2.self_attn.k_proj.weight,"
            + " model.layers.2.self_attn.k_proj.bias and 7 more");
  }

  @Test
  void wrongShapes() {
    refused(
        folder -> folder.replace("config.json", "\"vocab_size\": 211", "\"vocab_size\": 212"),
        "model.embed_tokens.weight is [211, 64], not [212, 64]");
  }

  @Test
  void typesThatAreNotRead() {
    refused(
        folder -> folder.rewriteHeader(WEIGHTS, header -> header.replace("\"F32\"", "\"I32\"")),
        "model.embed_tokens.weight is stored as I32 (supported: F32, F16, BF16)");
  }

  @Test
  void shardsThatDoNotFitTheirIndex() {
    String index = "model.safetensors.index.json";
    refusedOf(
        "untied-bf16-sharded",
        folder -> folder.delete("model-00002-of-00003.safetensors"),
        ": missing model-00002-of-00003.safetensors, which model.safetensors.index.json names.");
    refusedOf(
        "untied-bf16-sharded",
        folder -> folder.replace(index, "model-00002-of-00003", "../model-00002-of-00003"),
        "names a file that is no safetensors file beside it");
    refusedOf(
        "untied-bf16-sharded",
        folder -> folder.replace(index, "\"lm_head.weight\"", "\"other.weight\""),
        "index.json: tensor other.weight is not in model-0000");
    refusedOf(
        "untied-bf16-sharded",
        folder -> folder.write(index, "{}"),
        "index.json: has no weight_map");
  }

  private int copies;

  private SpoiltFolder copy(String name) {
    return SpoiltFolder.copyOf(
        GOLDEN.resolve("qwen2-" + name).resolve("model"), temp.resolve("copy" + copies++));
  }

  private void refused(Consumer<SpoiltFolder> damage, String message) {
    refusedOf("tied-f32", damage, message);
  }

  private void refusedOf(String name, Consumer<SpoiltFolder> damage, String message) {
    SpoiltFolder folder = copy(name);
    damage.accept(folder);
    assertThatThrownBy(folder::open)
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(folder.path().toString())
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1))
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }
}
