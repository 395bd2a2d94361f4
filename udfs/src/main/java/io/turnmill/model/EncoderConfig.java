package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderHead.Scores;
import io.turnmill.model.EncoderSpec.Biases;
import io.turnmill.model.EncoderSpec.Blocks;
import io.turnmill.model.EncoderSpec.PostNorm;
import io.turnmill.model.EncoderSpec.PreNorm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads {@code config.json} of the {@linkplain EncoderFamily encoder families}, and the modules of
 * sentence-transformers beside it. Defaults of absent keys are those of transformers.
 */
final class EncoderConfig {
  private static final int LIMIT_LAYERS = 1024;
  private static final int LIMIT_LABELS = 100_000;

  private final EncoderFamily family;
  private final Path folder;
  private final Fields fields;

  private EncoderConfig(EncoderFamily family, Path folder, Fields fields) {
    this.family = family;
    this.folder = folder;
    this.fields = fields;
  }

  static EncoderSpec read(EncoderFamily family, Path folder, JsonNode config) {
    Fields fields = new Fields(config, folder.resolve("config.json"));
    EncoderSpec spec = new EncoderConfig(family, folder, fields).spec();
    fields.check("cannot be used as it is");
    return spec;
  }

  private EncoderSpec spec() {
    unsupported();
    boolean distil = family == EncoderFamily.DISTILBERT;
    int hidden = fields.size(distil ? "dim" : "hidden_size");
    int layers = fields.size(distil ? "n_layers" : "num_hidden_layers");
    int heads = fields.size(distil ? "n_heads" : "num_attention_heads");
    int positionRows =
        fields.size("max_position_embeddings", family == EncoderFamily.MODERNBERT ? 8192 : 512);
    int pad = family.positionsFromPad() ? fields.natural("pad_token_id", 1) : 0;
    if (hidden % heads != 0) {
      fields.problem(
          String.format(
              Locale.ROOT, "a hidden size of %d is no multiple of %d heads", hidden, heads));
    }
    if (layers > LIMIT_LAYERS) {
      fields.problem(String.format(Locale.ROOT, "more than %d layers", LIMIT_LAYERS));
    }
    int maxPositions = family.positionsFromPad() ? positionRows - pad - 1 : positionRows;
    if (maxPositions < 1) {
      fields.problem("max_position_embeddings leaves no position after pad_token_id");
    }
    return new EncoderSpec(
        family.modelType(),
        fields.size("vocab_size"),
        maxPositions,
        hidden,
        Math.min(layers, LIMIT_LAYERS),
        heads,
        family == EncoderFamily.MODERNBERT
            ? modern(Math.min(layers, LIMIT_LAYERS))
            : postNorm(distil, positionRows, pad),
        head(hidden, maxPositions));
  }

  private void unsupported() {
    for (String name : List.of("is_decoder", "add_cross_attention", "is_encoder_decoder")) {
      if (fields.flag(name, false)) {
        fields.problem(name + " true");
      }
    }
    String positions = fields.text("position_embedding_type", "absolute");
    if (family != EncoderFamily.MODERNBERT && !positions.equals("absolute")) {
      fields.problem("position_embedding_type \"%s\" (supported: absolute)".formatted(positions));
    }
    if (fields.has("rope_scaling")) {
      fields.problem("rope_scaling for model_type " + family.modelType());
    }
    ModelConfigFile.unsupported(fields, Set.of());
  }

  private Blocks postNorm(boolean distil, int positionRows, int pad) {
    return new PostNorm(
        fields.size(distil ? "hidden_dim" : "intermediate_size"),
        fields.activation(distil ? "activation" : "hidden_act", Activation.GELU),
        distil ? 1e-12 : fields.positive("layer_norm_eps", 1e-12),
        family.positionsFromPad() ? pad : PostNorm.POSITIONS_FROM_ZERO,
        positionRows,
        distil ? 0 : fields.size("type_vocab_size", 2));
  }

  private Blocks modern(int layers) {
    ModernBertLayers kinds = new ModernBertLayers(fields);
    return new PreNorm(
        fields.size("intermediate_size"),
        fields.activation("hidden_activation", Activation.GELU),
        fields.positive("norm_eps", 1e-5),
        new Biases(
            fields.flag("attention_bias", false),
            fields.flag("mlp_bias", false),
            fields.flag("norm_bias", false)),
        kinds.globalEvery(layers),
        fields.size("local_attention", 128) / 2,
        kinds.globalRope(),
        kinds.localRope());
  }

  private EncoderHead head(int hidden, int maxPositions) {
    String architecture = fields.get("architectures").path(0).asText(family.classifier());
    if (SentenceModules.presentIn(folder)) {
      return SentenceModules.read(folder, hidden, maxPositions);
    }
    if (architecture.equals(family.classifier())) {
      return classification(maxPositions);
    }
    if (!family.hasStates(architecture)) {
      fields.problem(
          "architecture %s (supported for model_type %s: %s, and base models)"
              .formatted(
                  Fields.shown(fields.get("architectures").path(0)),
                  family.modelType(),
                  family.classifier()));
    }
    return SentenceModules.ofPlainEncoder(folder, hidden, maxPositions);
  }

  /** Labels and scores by {@code config.json} alone; the layers of the head do not count. */
  static EncoderHead.Classification classification(Path folder, Fields config, int maxPositions) {
    return new EncoderConfig(EncoderFamily.BERT, folder, config).classification(maxPositions);
  }

  private EncoderHead.Classification classification(int maxPositions) {
    List<String> labels = labels();
    boolean modern = family == EncoderFamily.MODERNBERT;
    String pooling = modern ? fields.text("classifier_pooling", "cls") : "cls";
    if (!pooling.equals("cls") && !pooling.equals("mean")) {
      fields.problem("classifier_pooling \"%s\" (supported: cls, mean)".formatted(pooling));
    }
    Activation activation =
        switch (family) {
          case MODERNBERT -> fields.activation("classifier_activation", Activation.GELU);
          case DISTILBERT -> Activation.RELU;
          case BERT, ROBERTA, XLM_ROBERTA -> Activation.TANH;
        };
    return new EncoderHead.Classification(
        pooling.equals("mean") ? Pooling.MEAN : Pooling.CLS,
        !modern || fields.flag("classifier_bias", false),
        activation,
        modern,
        labels,
        scores(labels.size()),
        SentenceModules.texts(folder, maxPositions));
  }

  /** {@code id2label}, else {@code LABEL_0} and so on, two of them where nothing is said. */
  private List<String> labels() {
    JsonNode names = fields.get("id2label");
    int count = names.isEmpty() ? fields.size("num_labels", 2) : names.size();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < Math.min(count, LIMIT_LABELS); i++) {
      JsonNode name = names.path(Integer.toString(i));
      if (!names.isEmpty() && (!name.isValueNode() || name.isNull())) {
        fields.problem("id2label does not name label " + i);
        return List.of("LABEL_0");
      }
      labels.add(name.asText("LABEL_" + i));
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      fields.problem("id2label gives two labels the same name");
    }
    return labels;
  }

  /**
   * As the text-classification pipeline of transformers chooses it, unless sentence-transformers'
   * CrossEncoder has stored its choice.
   */
  private Scores scores(int labels) {
    String problem = fields.text("problem_type", "");
    String stored =
        fields
            .get("sentence_transformers")
            .path("activation_fn")
            .asText(fields.get("sbert_ce_default_activation_function").asText(""));
    if (!stored.isEmpty()) {
      return stored(stored);
    }
    return switch (problem) {
      case "regression" -> Scores.IDENTITY;
      case "multi_label_classification" -> Scores.SIGMOID;
      case "single_label_classification", "" -> labels == 1 ? Scores.SIGMOID : Scores.SOFTMAX;
      default -> {
        fields.problem("problem_type \"%s\"".formatted(problem));
        yield Scores.IDENTITY;
      }
    };
  }

  private Scores stored(String function) {
    return switch (function.substring(function.lastIndexOf('.') + 1)) {
      case "Identity" -> Scores.IDENTITY;
      case "Sigmoid" -> Scores.SIGMOID;
      case "Softmax" -> Scores.SOFTMAX;
      default -> {
        fields.problem("the cross-encoder's activation function " + function);
        yield Scores.IDENTITY;
      }
    };
  }
}
