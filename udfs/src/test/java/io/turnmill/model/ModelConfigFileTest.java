package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that are spelt in other ways than the usual, and those that would change a result. */
class ModelConfigFileTest {
  private static final String BERT =
      "\"model_type\": \"bert\", \"architectures\": [\"BertModel\"], \"vocab_size\": 100,"
          + " \"hidden_size\": 32, \"num_hidden_layers\": 2, \"num_attention_heads\": 4,"
          + " \"intermediate_size\": 40, \"max_position_embeddings\": 64";
  private static final String MODERN =
      "\"model_type\": \"modernbert\", \"architectures\": [\"ModernBertModel\"],"
          + " \"vocab_size\": 100, \"hidden_size\": 32, \"num_hidden_layers\": 4,"
          + " \"num_attention_heads\": 4, \"intermediate_size\": 40";
  private static final String DECODER =
      "\"vocab_size\": 100, \"hidden_size\": 256, \"num_hidden_layers\": 2,"
          + " \"num_attention_heads\": 32, \"intermediate_size\": 40, \"model_type\": ";

  @TempDir Path folder;

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectories(folder.resolve("1_Pooling"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private ModelSpec read(String fields) throws IOException {
    write("config.json", "{" + fields + "}");
    return ModelConfigFile.read(folder, ModelConfigFile.json(folder));
  }

  private void refused(String fields, String message) {
    assertThatThrownBy(() -> read(fields))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private void writeModules(String pooling, String settings) throws IOException {
    String module = "{\"idx\": 0, \"path\": \"%s\", \"type\": \"sentence_transformers.models.%s\"}";
    write(
        "modules.json",
        "["
            + module.formatted("", "Transformer")
            + ","
            + module.formatted(pooling, "Pooling")
            + "]");
    Files.createDirectories(folder.resolve(pooling));
    write(pooling + "/config.json", settings);
  }

  private EncoderHead head() throws IOException {
    return ((EncoderSpec) read(BERT)).head();
  }

  @Test
  void aNumberOfKeyHeadsThatIsAbsentOrNull() throws IOException {
    assertThat(kvHeads("\"mistral\"")).isEqualTo(8);
    assertThat(kvHeads("\"mistral\", \"num_key_value_heads\": null")).isEqualTo(32);
    assertThat(kvHeads("\"qwen2\"")).isEqualTo(32);
    assertThat(kvHeads("\"qwen3\"")).isEqualTo(32);
    assertThat(kvHeads("\"llama\"")).isEqualTo(32);
    assertThat(kvHeads("\"llama\", \"num_key_value_heads\": null")).isEqualTo(32);
  }

  @Test
  void whatPhi3LeavesOut() throws IOException {
    DecoderSpec spec = (DecoderSpec) read(DECODER + "\"phi3\"");
    assertThat(spec.attention().kvHeads()).isEqualTo(32);
    assertThat(spec.attention().turnedDim()).isEqualTo(8);
    assertThat(spec.norms()).isEqualTo(DecoderSpec.Norms.before(1e-5));
    assertThat(spec.maxPositions()).isEqualTo(4096);
    assertThat(spec.window()).isEqualTo(DecoderSpec.NO_WINDOW);
    assertThat(spec.rope()).isEqualTo(Rope.unscaled(10_000));
    assertThat(spec.tokens().eos()).containsExactly(32_000);
  }

  @Test
  void factorsOfLongSequences() throws IOException {
    String longRope =
        DECODER
            + "\"phi3\", \"max_position_embeddings\": 4096, \"original_max_position_embeddings\":"
            + " 64, \"partial_rotary_factor\": 0.5, \"rope_scaling\": {\"type\": \"%s\","
            + " \"short_factor\": [1.0, 2.0], \"long_factor\": %s}";
    DecoderSpec spec = (DecoderSpec) read(longRope.formatted("longrope", "[3.0, 4.0]"));
    assertThat(spec.attention().turnedDim()).isEqualTo(4);
    // √(1 + ln(4096 / 64) / ln 64)
    assertThat(spec.rope().scaling())
        .isEqualTo(new Rope.LongRope(List.of(1.0, 2.0), List.of(3.0, 4.0), Math.sqrt(2), 64));
    assertThat(spec.rope().recomputedBeyond()).hasValue(64);
    assertThat(spec.maxPositions()).isEqualTo(4096);
    assertThat(read(longRope.formatted("su", "[3.0, 4.0]"))).isEqualTo(spec);
    refused(
        longRope.formatted("longrope", "[3.0]"),
        "rope_scaling.long_factor must be a list of 2 positive numbers, not [3.0]");
    refused(
        longRope.formatted("longrope", "[3.0, -4.0]"),
        "rope_scaling.long_factor must be a list of 2 positive numbers");
    refused(longRope.formatted("linear", "[3.0, 4.0]"), "rope_scaling of type \"linear\"");
  }

  @Test
  void aWindowAsLongAsAnySequenceIsNone() throws IOException {
    DecoderSpec spec = (DecoderSpec) read(DECODER + "\"phi3\", \"sliding_window\": 4096");
    assertThat(spec.window()).isEqualTo(DecoderSpec.NO_WINDOW);
    spec = (DecoderSpec) read(DECODER + "\"phi3\", \"sliding_window\": 4095");
    assertThat(spec.windows()).containsExactly(4095, 4095);
  }

  @Test
  void whatGemma3LeavesOut() throws IOException {
    DecoderSpec spec = (DecoderSpec) read(DECODER + "\"gemma3_text\"");
    assertThat(spec.attention())
        .isEqualTo(new DecoderSpec.Attention(32, 4, 256, 256, 0.0625, false, false, true));
    assertThat(spec.feedForward().activation()).isEqualTo(Activation.GELU_TANH);
    assertThat(spec.norms()).isEqualTo(new DecoderSpec.Norms(1e-6, true, true));
    assertThat(spec.embeddings())
        .isEqualTo(new DecoderSpec.Embeddings(true, 16, OptionalDouble.empty()));
    assertThat(spec.windows()).containsExactly(4096, 4096);
    assertThat(spec.windowRope()).isEqualTo(Rope.unscaled(10_000));
    assertThat(spec.tokens().eos()).containsExactly(1);
  }

  @Test
  void layersOfGemma3ByTheirKind() throws IOException {
    String gemma = DECODER + "\"gemma3_text\", \"sliding_window\": 9, \"rope_theta\": 500.0";
    String scaling = ", \"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 8.0}";
    DecoderSpec spec = (DecoderSpec) read(gemma + ", \"sliding_window_pattern\": 2" + scaling);
    assertThat(spec.windows()).containsExactly(9, 0);
    assertThat(spec.rope()).isEqualTo(new Rope(500, new Rope.Linear(8)));
    assertThat(spec.windowRope()).isEqualTo(Rope.unscaled(10_000));
    assertThat(spec.maxPositions()).as("scaled already").isEqualTo(131_072);
    assertThat(read(gemma + types("sliding", "full") + scaling)).isEqualTo(spec);
    String kinds =
        ", \"rope_parameters\": {\"full_attention\": {\"rope_type\": \"linear\", \"factor\": 8.0,"
            + " \"rope_theta\": 500.0}, \"sliding_attention\": {\"rope_type\": \"default\","
            + " \"rope_theta\": 10000.0}}";
    assertThat(read(gemma + types("sliding", "full") + kinds)).isEqualTo(spec);
  }

  @Test
  void whatIsNotBuiltIsRefusedByName() {
    refused(
        DECODER + "\"gemma3_text\", \"attn_logit_softcapping\": 50.0",
        "attn_logit_softcapping 50.0 for model_type gemma3_text");
    refused(
        DECODER + "\"gemma3_text\", \"sliding_window\": null",
        "sliding_window null for model_type gemma3_text");
    refused(
        DECODER + "\"gemma3_text\", \"use_bidirectional_attention\": true",
        "use_bidirectional_attention true");
    refused(
        DECODER + "\"llama\", \"partial_rotary_factor\": 0.5",
        "partial_rotary_factor for model_type llama");
    refused(
        DECODER + "\"phi3\", \"auto_map\": {\"AutoModelForCausalLM\": \"other.Phi3ForCausalLM\"}",
        "auto_map");
  }

  private int kvHeads(String more) throws IOException {
    return ((DecoderSpec) read(DECODER + more)).attention().kvHeads();
  }

  @Test
  void aNegativePaddingTokenIsNone() throws IOException {
    DecoderSpec spec = (DecoderSpec) read(DECODER + "\"llama\", \"pad_token_id\": -1");
    assertThat(spec.tokens().pad()).isEmpty();
  }

  @Test
  void whatChangesNoResultIsNamedAndNotRefused() throws IOException {
    DecoderSpec spec =
        (DecoderSpec)
            read(
                DECODER
                    + "\"llama\", \"pad_token_id\": 1000000, \"rope_scaling\": {\"type\": \"linear\","
                    + " \"factor\": 2.0, \"finetuned\": true}");
    assertThat(spec.tokens().pad()).isEmpty();
    assertThat(ModelConfigFile.harmless(folder, ModelConfigFile.json(folder)))
        .containsExactly("rope_scaling.finetuned", "pad_token_id 1000000");
    read(DECODER + "\"llama\", \"pad_token_id\": 0");
    assertThat(ModelConfigFile.harmless(folder, ModelConfigFile.json(folder))).isEmpty();
    refused(
        DECODER
            + "\"llama\", \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2, \"other\": 1}",
        "rope_scaling.other");
  }

  @Test
  void attentionToWhatLiesAheadIsRefused() {
    refused(DECODER + "\"qwen2\", \"is_causal\": false", "is_causal false");
    refused(
        DECODER + "\"llama\", \"use_bidirectional_attention\": true",
        "use_bidirectional_attention true");
  }

  @Test
  void modelsWithCodeOfTheirOwnAreRefused() throws IOException {
    String code = ", \"auto_map\": {\"AutoModel\": \"modeling.OwnModel\"}";
    refused(
        DECODER + "\"qwen2\"" + code, "auto_map, which says that the model has code of its own");
    refused(BERT + code, "auto_map, which says that the model has code of its own");
    assertThat(read(BERT + ", \"auto_map\": {}")).isEqualTo(read(BERT));
  }

  @Test
  void rotaryBasesOfModernBertByKindOfLayer() throws IOException {
    String bases =
        ", \"rope_parameters\": {\"full_attention\": {\"rope_type\": \"default\", \"rope_theta\":"
            + " 5000.0}, \"sliding_attention\": {\"rope_type\": \"%s\", \"rope_theta\": 70.0}}";
    EncoderSpec.PreNorm blocks = modern(bases.formatted("default"));
    assertThat(blocks.globalRope()).isEqualTo(Rope.unscaled(5000));
    assertThat(blocks.localRope()).isEqualTo(Rope.unscaled(70));
    refused(
        MODERN + bases.formatted("linear"),
        "rope_parameters.sliding_attention of type \"linear\" (supported: default)");
    refused(MODERN + ", \"rope_parameters\": {\"rope_theta\": 5.0}", "rope_parameters.rope_theta");
  }

  @Test
  void layersOfModernBertByTheirKind() throws IOException {
    EncoderSpec.PreNorm blocks = modern(types("full", "sliding", "full", "sliding"));
    assertThat(List.of(0, 1, 2, 3).stream().map(blocks::global))
        .containsExactly(true, false, true, false);
    assertThat(modern(types("full", "full", "full", "full")).globalEvery()).isEqualTo(1);
    refused(
        MODERN + types("full", "full", "sliding", "full"),
        "layer_types without a fixed distance from one full_attention to the next");
    refused(MODERN + types("full", "sliding"), "layer_types names 2 layers, num_hidden_layers 4");
  }

  private EncoderSpec.PreNorm modern(String more) throws IOException {
    return (EncoderSpec.PreNorm) ((EncoderSpec) read(MODERN + more)).blocks();
  }

  private static String types(String... kinds) {
    return ", \"layer_types\": [\"%s_attention\"]"
        .formatted(String.join("_attention\", \"", kinds));
  }

  @Test
  void aPoolingThatIsNamed() throws IOException {
    writeModules("1_Pooling", "{\"word_embedding_dimension\": 32, \"pooling_mode\": \"cls\"}");
    assertThat(((Embedding) head()).poolings()).containsExactly(Pooling.CLS);
    writeModules("1_Pooling", "{\"pooling_mode\": \"mean_sqrt_len_tokens\"}");
    assertThat(((Embedding) head()).poolings()).containsExactly(Pooling.MEAN_SQRT_LEN);
    writeModules("1_Pooling", "{\"pooling_mode\": \"other\"}");
    refused(BERT, "pooling_mode \"other\"");
  }

  /** Only such folders are fetched, and count in the fingerprint. */
  @Test
  void modulesLieInFoldersThatAreNumbered() throws IOException {
    writeModules("Pooling", "{\"pooling_mode_cls_token\": true}");
    refused(BERT, "module folder \"Pooling\" (supported: a number and a name, such as 1_Pooling)");
  }

  @Test
  void aTransformerInAFolderOfItsOwn() throws IOException {
    writeModules("1_Pooling", "{}");
    write(
        "modules.json",
        "[{\"path\": \"0_Transformer\", \"type\": \"sentence_transformers.models.Transformer\"}]");
    refused(BERT, "the transformer lies in a folder of its own, \"0_Transformer\"");
  }

  @Test
  void lengthAndCaseByOlderNamesOfTheFile() throws IOException {
    write("sentence_roberta_config.json", "{\"max_seq_length\": 20, \"do_lower_case\": true}");
    assertThat(head().texts().maxTokens()).isEqualTo(20);
    assertThat(head().texts().lowerCase()).isTrue();
    write("sentence_bert_config.json", "{\"max_seq_length\": 30}");
    assertThat(head().texts().maxTokens()).isEqualTo(30);
    assertThat(head().texts().lowerCase()).isFalse();
  }

  @Test
  void positionsOfATracedModelThatCountFromThePaddingToken() throws IOException {
    String config =
        "{\"model_type\": \"%s\", \"vocab_size\": 100, \"hidden_size\": 32, \"pad_token_id\": 1,"
            + " \"max_position_embeddings\": 34}";
    write("config.json", config.formatted("xlm-roberta"));
    ScriptedSpec spec = ScriptedFolder.read(folder, folder.resolve("model.pt"));
    assertThat(spec.maxPositions()).isEqualTo(32);
    assertThat(spec.head().texts().maxTokens()).isEqualTo(32);
    write("config.json", config.formatted("bert"));
    assertThat(ScriptedFolder.read(folder, folder.resolve("model.pt")).maxPositions())
        .isEqualTo(34);
  }

  @Test
  void labelsThatAreNumbers() throws IOException {
    String classifier = BERT.replace("BertModel", "BertForSequenceClassification");
    EncoderSpec spec =
        (EncoderSpec) read(classifier + ", \"id2label\": {\"0\": 1, \"1\": \"two\"}");
    assertThat(((EncoderHead.Classification) spec.head()).labels()).containsExactly("1", "two");
    refused(classifier + ", \"id2label\": {\"0\": null}", "id2label does not name label 0");
    refused(classifier + ", \"id2label\": {\"1\": \"a\"}", "id2label does not name label 0");
    refused(
        classifier + ", \"id2label\": {\"0\": \"a\", \"1\": \"a\"}",
        "id2label gives two labels the same name");
  }

  @Test
  void whatIsWrongIsSaidInOneShortLine() {
    refused(BERT + ", \"hidden_act\": \"a\\nb\"", "hidden_act \"a?b\"");
    assertThatThrownBy(
            () ->
                read(
                    BERT
                        + ", \"problem_type\": \""
                        + "x".repeat(100_000)
                        + "\""
                        + ", \"architectures\": [\""
                        + "y".repeat(100_000)
                        + "\"]"))
        .isInstanceOf(ModelException.class)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(3000));
  }
}
