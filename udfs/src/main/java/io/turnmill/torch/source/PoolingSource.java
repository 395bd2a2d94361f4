package io.turnmill.torch.source;

import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Dense;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderHead.Scores;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ScriptedSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * TorchScript source of what is made of an encoder's states: pooling, layers after it, scores. All
 * in float32 from the pooling on. Letters as in {@link EncoderSource}, W the width of the result.
 */
public final class PoolingSource {
  /** Class of the module that {@link #of} defines. */
  public static final String CLASS_NAME = "Head";

  private PoolingSource() {}

  /** The head of an encoder whose states are computed by {@link EncoderSource}. */
  public static String of(EncoderSpec spec) {
    String source = source(spec.head(), spec.hiddenSize(), Norm.of(spec));
    // Then the states are those of the wanted tokens already.
    return spec.onlyToken().map(only -> source.replace(pooled(only), "states")).orElse(source);
  }

  /** The rest of the head of a model in TorchScript, which computes its scores by itself. */
  public static String of(ScriptedSpec spec) {
    if (spec.head() instanceof Classification classification) {
      String activated = activated(classification.scores(), "states");
      return filled("if raw:\n  return states\nreturn " + activated);
    }
    return source(spec.head(), spec.hiddenSize(), new Norm(0, false));
  }

  private static String source(EncoderHead head, int hidden, Norm norm) {
    StringBuilder body = new StringBuilder();
    if (head instanceof Classification classification) {
      classification(body, classification, hidden, norm);
    } else {
      embedding(body, (Embedding) head);
    }
    return filled(body.toString());
  }

  private static String filled(String body) {
    return SourceText.fill(SourceText.read("pooling"), Map.of("body", body));
  }

  /** The normalisation in the head of a classification. */
  private record Norm(double eps, boolean bias) {
    static Norm of(EncoderSpec spec) {
      boolean bias = spec.blocks() instanceof EncoderSpec.PreNorm blocks && blocks.biases().norm();
      return new Norm(spec.blocks().normEps(), bias);
    }
  }

  private static void classification(
      StringBuilder body, Classification head, int hidden, Norm norm) {
    body.append("x = %s\n".formatted(pooled(head.pooling())));
    body.append(
        "x = %s\n"
            .formatted(ActivationSource.of(head.activation(), linear("dense", head.denseBias()))));
    if (head.norm()) {
      body.append(
          String.format(
              Locale.ROOT,
              "x = torch.layer_norm(x, [%d], (self).float(own, \"head_norm.weight\"), %s, %s)\n",
              hidden,
              norm.bias() ? "(self).float(own, \"head_norm.bias\")" : "None",
              SourceText.number(norm.eps())));
    }
    body.append("x = %s\n".formatted(linear("scores", true)));
    body.append("if raw:\n  return x\n");
    body.append("return %s\n".formatted(activated(head.scores(), "x")));
  }

  private static void embedding(StringBuilder body, Embedding head) {
    List<String> parts = head.poolings().stream().map(PoolingSource::pooled).toList();
    body.append("x = torch.cat([%s], -1)\n".formatted(String.join(", ", parts)));
    for (Dense dense : head.dense()) {
      String layer = linear(dense.folder(), dense.bias());
      body.append("x = %s\n".formatted(ActivationSource.of(dense.activation(), layer)));
    }
    if (head.normalize()) {
      body.append("x = x / torch.clamp(torch.norm(x, 2, [-1], True), 1.0e-12)\n");
    }
    body.append("return x\n");
  }

  private static String linear(String name, boolean bias) {
    return "torch.linear(x, (self).float(own, \"%s.weight\"), %s)"
        .formatted(name, bias ? "(self).float(own, \"%s.bias\")".formatted(name) : "None");
  }

  private static String pooled(Pooling pooling) {
    return switch (pooling) {
      case CLS -> "torch.index_select(states, 0, starts)";
      case LAST_TOKEN -> "torch.index_select(states, 0, ends - 1)";
      case MAX ->
          "torch.segment_reduce(torch.masked_fill(states, counted == 0, -1.0e9), \"max\", offsets=offsets)";
      case MEAN -> "(self).mean(states, counted, rows, count)";
      case MEAN_SQRT_LEN -> "(self).mean_sqrt(states, counted, rows, count)";
      case WEIGHTED_MEAN ->
          "(self).mean(states, counted * torch.unsqueeze(places + 1, 1), rows, count)";
    };
  }

  private static String activated(Scores scores, String x) {
    return switch (scores) {
      case IDENTITY -> x;
      case SIGMOID -> "torch.sigmoid(%s)".formatted(x);
      case SOFTMAX -> "torch.softmax(%s, -1)".formatted(x);
    };
  }
}
