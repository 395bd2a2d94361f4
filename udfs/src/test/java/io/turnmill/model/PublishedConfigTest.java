package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderHead.Scores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations with the keys and numbers that well-known models are published with. */
class PublishedConfigTest {
  @TempDir Path folder;

  private DecoderSpec decoder(String config) {
    return (DecoderSpec) read(config);
  }

  private EncoderSpec encoder(String config) {
    return (EncoderSpec) read(config);
  }

  private ModelSpec read(String config) {
    write("config.json", config);
    return ModelConfig.read(folder);
  }

  private void write(String name, String text) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void llama31() {
    DecoderSpec spec =
        decoder(
            """
            {"architectures": ["LlamaForCausalLM"], "attention_bias": false,
             "attention_dropout": 0.0, "bos_token_id": 128000,
             "eos_token_id": [128001, 128008, 128009], "hidden_act": "silu", "hidden_size": 4096,
             "initializer_range": 0.02, "intermediate_size": 14336,
             "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
             "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
             "pretraining_tp": 1, "rms_norm_eps": 1e-05,
             "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
               "original_max_position_embeddings": 8192, "rope_type": "llama3"},
             "rope_theta": 500000.0, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
             "transformers_version": "4.42.3", "use_cache": true, "vocab_size": 128256}
            """);
    assertThat(spec.attention().headDim()).isEqualTo(128);
    assertThat(spec.attention().groupSize()).isEqualTo(4);
    assertThat(spec.attention().inputBias()).isFalse();
    assertThat(spec.rope()).isEqualTo(new Rope(500000, new Rope.Llama3(8, 1, 4, 8192)));
    assertThat(spec.maxPositions()).isEqualTo(131072);
    assertThat(spec.tokens().eos()).isEqualTo(Set.of(128001, 128008, 128009));
    assertThat(parameters(spec)).isEqualTo(8_030_261_248L);
  }

  @Test
  void llama2AndItsKinWithoutNewerKeys() {
    DecoderSpec spec =
        decoder(
            """
            {"architectures": ["LlamaForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
             "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
             "intermediate_size": 11008, "max_length": 4096, "max_position_embeddings": 2048,
             "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 32,
             "pad_token_id": 0, "rms_norm_eps": 1e-05, "tie_word_embeddings": false,
             "torch_dtype": "float16", "use_cache": true, "vocab_size": 32000}
            """);
    assertThat(spec.attention().kvHeads()).isEqualTo(32);
    assertThat(spec.rope()).isEqualTo(Rope.unscaled(10000));
    assertThat(parameters(spec)).isEqualTo(6_738_415_616L);
  }

  @Test
  void llama32IsTiedWithAHeadSizeOfItsOwn() {
    DecoderSpec spec =
        decoder(
            """
            {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "head_dim": 64,
             "bos_token_id": 128000, "eos_token_id": 128001, "hidden_act": "silu",
             "hidden_size": 2048, "intermediate_size": 8192, "max_position_embeddings": 131072,
             "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32,
             "num_hidden_layers": 16, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
             "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
               "original_max_position_embeddings": 8192, "rope_type": "llama3"},
             "rope_theta": 500000.0, "tie_word_embeddings": true, "vocab_size": 128256}
            """);
    assertThat(parameters(spec)).isEqualTo(1_235_814_400L);
  }

  @Test
  void mistralSlidesOrDoesNot() {
    String config =
        """
        {"architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
         "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
         "max_position_embeddings": 32768, "model_type": "mistral", "num_attention_heads": 32,
         "num_hidden_layers": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
         "rope_theta": %s, "sliding_window": %s, "tie_word_embeddings": false,
         "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": %d}
        """;
    DecoderSpec first = decoder(config.formatted("10000.0", "4096", 32000));
    assertThat(first.attention().windows()).isEqualTo(Collections.nCopies(32, 4096));
    assertThat(parameters(first)).isEqualTo(7_241_732_096L);
    DecoderSpec later = decoder(config.formatted("1000000.0", "null", 32768));
    assertThat(later.attention().window()).isEqualTo(DecoderSpec.NO_WINDOW);
    assertThat(later.rope()).isEqualTo(Rope.unscaled(1e6));
  }

  @Test
  void qwen25WithAndWithoutYarn() {
    String config =
        """
        {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 151643,
         "eos_token_id": 151645, "hidden_act": "silu", "hidden_size": 3584,
         "intermediate_size": 18944, "max_position_embeddings": 32768, "max_window_layers": 28,
         "model_type": "qwen2", "num_attention_heads": 28, "num_hidden_layers": 28,
         "num_key_value_heads": 4, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
         "sliding_window": 131072, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
         %s "use_cache": true, "use_sliding_window": false, "vocab_size": 152064}
        """;
    DecoderSpec plain = decoder(config.formatted(""));
    assertThat(plain.attention().window()).isEqualTo(DecoderSpec.NO_WINDOW);
    assertThat(plain.attention().inputBias()).isTrue();
    assertThat(plain.attention().outputBias()).isFalse();
    assertThat(parameters(plain)).isEqualTo(7_615_616_512L);
    DecoderSpec yarn =
        decoder(
            config.formatted(
                "\"rope_scaling\": {\"factor\": 4.0, \"original_max_position_embeddings\": 32768,"
                    + " \"type\": \"yarn\"},"));
    assertThat(yarn.maxPositions()).isEqualTo(131072);
    assertThat(yarn.rope().scaling())
        .isEqualTo(new Rope.Yarn(4, 0.1 * Math.log(4) + 1, 32, 1, true, 32768));
  }

  @Test
  void qwen3InTheSpellingOfTransformers4And5() {
    String config =
        """
        {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
         "hidden_size": 1024, "intermediate_size": 3072, "max_position_embeddings": 40960,
         "max_window_layers": 28, "model_type": "qwen3", "num_attention_heads": 16,
         "num_hidden_layers": 28, "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
         %s "sliding_window": null, "tie_word_embeddings": true, "use_cache": true,
         "use_sliding_window": false, "vocab_size": 151936}
        """;
    DecoderSpec older =
        decoder(config.formatted("\"rope_scaling\": null, \"rope_theta\": 1000000,"));
    DecoderSpec newer =
        decoder(
            config.formatted(
                "\"rope_parameters\": {\"rope_theta\": 1000000, \"rope_type\": \"default\"},"
                    + " \"dtype\": \"bfloat16\","));
    assertThat(older.attention().headNorm()).isTrue();
    assertThat(newer).isEqualTo(older);
    assertThat(parameters(older)).isEqualTo(596_049_920L);
  }

  @Test
  void bertBaseUncasedEmbedsByItsMean() {
    EncoderSpec spec =
        encoder(
            """
            {"architectures": ["BertForMaskedLM"], "attention_probs_dropout_prob": 0.1,
             "gradient_checkpointing": false, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
             "hidden_size": 768, "initializer_range": 0.02, "intermediate_size": 3072,
             "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "model_type": "bert",
             "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 0,
             "position_embedding_type": "absolute", "transformers_version": "4.6.0.dev0",
             "type_vocab_size": 2, "use_cache": true, "vocab_size": 30522}
            """);
    assertThat(((Embedding) spec.head()).poolings()).containsExactly(Pooling.MEAN);
    assertThat(spec.maxPositions()).isEqualTo(512);
    assertThat(parameters(spec)).isEqualTo(109_482_240L - 768 * 768 - 768); // without the pooler
  }

  @Test
  void distilbertOnSst2() {
    EncoderSpec spec =
        encoder(
            """
            {"activation": "gelu", "architectures": ["DistilBertForSequenceClassification"],
             "attention_dropout": 0.1, "dim": 768, "dropout": 0.1,
             "finetuning_task": "sst-2", "hidden_dim": 3072,
             "id2label": {"0": "NEGATIVE", "1": "POSITIVE"}, "initializer_range": 0.02,
             "label2id": {"NEGATIVE": 0, "POSITIVE": 1}, "max_position_embeddings": 512,
             "model_type": "distilbert", "n_heads": 12, "n_layers": 6, "output_past": true,
             "pad_token_id": 0, "qa_dropout": 0.1, "seq_classif_dropout": 0.2,
             "sinusoidal_pos_embds": false, "tie_weights_": true, "vocab_size": 30522}
            """);
    Classification head = (Classification) spec.head();
    assertThat(head.labels()).containsExactly("NEGATIVE", "POSITIVE");
    assertThat(head.scores()).isEqualTo(Scores.SOFTMAX);
    assertThat(parameters(spec)).isEqualTo(66_955_010L);
  }

  @Test
  void aRerankerOfXlmRoberta() {
    EncoderSpec spec =
        encoder(
            """
            {"architectures": ["XLMRobertaForSequenceClassification"],
             "attention_probs_dropout_prob": 0.1, "bos_token_id": 0, "classifier_dropout": null,
             "eos_token_id": 2, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
             "hidden_size": 1024, "id2label": {"0": "LABEL_0"}, "initializer_range": 0.02,
             "intermediate_size": 4096, "label2id": {"LABEL_0": 0}, "layer_norm_eps": 1e-05,
             "max_position_embeddings": 8194, "model_type": "xlm-roberta",
             "num_attention_heads": 16, "num_hidden_layers": 24, "output_past": true,
             "pad_token_id": 1, "position_embedding_type": "absolute", "torch_dtype": "float32",
             "type_vocab_size": 1, "use_cache": true, "vocab_size": 250002}
            """);
    assertThat(spec.maxPositions()).isEqualTo(8192);
    assertThat(((Classification) spec.head()).scores()).isEqualTo(Scores.SIGMOID);
    assertThat(parameters(spec)).isEqualTo(567_755_777L);
  }

  @Test
  void modernbertBase() {
    EncoderSpec spec =
        encoder(
            """
            {"architectures": ["ModernBertForMaskedLM"], "attention_bias": false,
             "attention_dropout": 0.0, "bos_token_id": 50281, "classifier_activation": "gelu",
             "classifier_bias": false, "classifier_dropout": 0.0, "classifier_pooling": "mean",
             "cls_token_id": 50281, "decoder_bias": true, "deterministic_flash_attn": false,
             "embedding_dropout": 0.0, "eos_token_id": 50282, "global_attn_every_n_layers": 3,
             "global_rope_theta": 160000.0, "gradient_checkpointing": false,
             "hidden_activation": "gelu", "hidden_size": 768, "initializer_cutoff_factor": 2.0,
             "initializer_range": 0.02, "intermediate_size": 1152, "layer_norm_eps": 1e-05,
             "local_attention": 128, "local_rope_theta": 10000.0,
             "max_position_embeddings": 8192, "mlp_bias": false, "mlp_dropout": 0.0,
             "model_type": "modernbert", "norm_bias": false, "norm_eps": 1e-05,
             "num_attention_heads": 12, "num_hidden_layers": 22, "pad_token_id": 50283,
             "position_embedding_type": "absolute", "sep_token_id": 50282,
             "sparse_pred_ignore_index": -100, "sparse_prediction": false,
             "torch_dtype": "float32", "vocab_size": 50368}
            """);
    EncoderSpec.PreNorm blocks = (EncoderSpec.PreNorm) spec.blocks();
    assertThat(blocks.window()).isEqualTo(64);
    assertThat(blocks.global(0)).isTrue();
    assertThat(blocks.global(1)).isFalse();
    assertThat(blocks.localRope()).isEqualTo(Rope.unscaled(10000));
    assertThat(parameters(spec)).isEqualTo(149_014_272L);
  }

  @Test
  void anEmbedderOfSentenceTransformers() {
    write(
        "modules.json",
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling",
          "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize",
          "type": "sentence_transformers.models.Normalize"}]
        """);
    write(
        "1_Pooling/config.json",
        """
        {"word_embedding_dimension": 384, "pooling_mode_cls_token": false,
         "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false,
         "pooling_mode_mean_sqrt_len_tokens": false}
        """);
    write("sentence_bert_config.json", "{\"max_seq_length\": 256, \"do_lower_case\": false}");
    write("tokenizer_config.json", "{\"model_max_length\": 512, \"do_lower_case\": true}");
    EncoderSpec spec =
        encoder(
            """
            {"_name_or_path": "nreimers/MiniLM-L6-H384-uncased", "architectures": ["BertModel"],
             "attention_probs_dropout_prob": 0.1, "gradient_checkpointing": false,
             "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 384,
             "initializer_range": 0.02, "intermediate_size": 1536, "layer_norm_eps": 1e-12,
             "max_position_embeddings": 512, "model_type": "bert", "num_attention_heads": 12,
             "num_hidden_layers": 6, "pad_token_id": 0, "position_embedding_type": "absolute",
             "transformers_version": "4.8.2", "type_vocab_size": 2, "use_cache": true,
             "vocab_size": 30522}
            """);
    Embedding head = (Embedding) spec.head();
    assertThat(head.normalize()).isTrue();
    assertThat(head.width()).isEqualTo(384);
    assertThat(head.texts().maxTokens()).isEqualTo(256);
    assertThat(head.texts().lowerCase()).isFalse();
  }

  /** By the shapes of all tensors; an output layer that is tied counts once. */
  private static long parameters(ModelSpec spec) {
    List<Weight> weights = ModelWeights.of(spec, Set.of());
    return weights.stream()
        .mapToLong(
            weight -> weight.shape().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b))
        .sum();
  }
}
