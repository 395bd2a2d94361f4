package io.turnmill.model;

import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Dense;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderHead.Scores;
import java.util.List;
import java.util.Locale;

/**
 * TorchScript source of what is made of an encoder's states: pooling, layers behind it, scores. All
 * in float32 from the pooling on. Letters as in {@link EncoderSource}, W the width of the result.
 */
public final class HeadSource {
  /** Class of the module that {@link #of} defines. */
  public static final String CLASS_NAME = "Head";

  private HeadSource() {}

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
      return TEXT.replace("${body}", "    if raw:\n      return states\n    return " + activated);
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
    return TEXT.replace("${body}", body.toString().indent(4).stripTrailing());
  }

  /** Of a classification's head. */
  private record Norm(double eps, boolean bias) {
    static Norm of(EncoderSpec spec) {
      boolean bias = spec.blocks() instanceof EncoderSpec.PreNorm blocks && blocks.biases().norm();
      return new Norm(spec.blocks().normEps(), bias);
    }
  }

  private static void classification(
      StringBuilder body, Classification head, int hidden, Norm norm) {
    body.append("x = %s\n".formatted(pooled(head.pooling())));
    body.append("x = %s\n".formatted(head.activation().of(linear("dense", head.denseBias()))));
    if (head.norm()) {
      body.append(
          String.format(
              Locale.ROOT,
              "x = torch.layer_norm(x, [%d], (self).float(own, \"head_norm.weight\"), %s, %s)\n",
              hidden,
              norm.bias() ? "(self).float(own, \"head_norm.bias\")" : "None",
              RopeSource.number(norm.eps())));
    }
    body.append("x = %s\n".formatted(linear("scores", true)));
    body.append("if raw:\n  return x\n");
    body.append("return %s\n".formatted(activated(head.scores(), "x")));
  }

  private static void embedding(StringBuilder body, Embedding head) {
    List<String> parts = head.poolings().stream().map(HeadSource::pooled).toList();
    body.append("x = torch.cat([%s], -1)\n".formatted(String.join(", ", parts)));
    for (Dense dense : head.dense()) {
      String layer = linear(dense.folder(), dense.bias());
      body.append("x = %s\n".formatted(dense.activation().of(layer)));
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

  private static final String TEXT =
      """
      class Head(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        def float(self: __torch__.Head, own: Dict[str, Tensor], name: str) -> Tensor:
          return torch.to(own[name], 6)

        def last(self: __torch__.Head, tables: List[Dict[str, Tensor]]) -> Dict[str, Tensor]:
          return tables[len(tables) - 1]

        def plain(self: __torch__.Head, x: Tensor) -> Tensor:
          return torch.to(x, 6)

        # weights [T, 1]; returns [R, E]
        def sums(self: __torch__.Head, states: Tensor, weights: Tensor, rows: Tensor, count: int) -> Tensor:
          zeros = torch.zeros([count, torch.size(states, 1)], dtype=6, device=ops.prim.device(states))
          return torch.index_add(zeros, 0, rows, states * weights)

        def mean(self: __torch__.Head, states: Tensor, weights: Tensor, rows: Tensor, count: int) -> Tensor:
          total = (self).sums(torch.ones_like(torch.narrow(states, 1, 0, 1)), weights, rows, count)
          return (self).sums(states, weights, rows, count) / torch.clamp(total, 1.0e-9)

        def mean_sqrt(self: __torch__.Head, states: Tensor, weights: Tensor, rows: Tensor, count: int) -> Tensor:
          total = (self).sums(torch.ones_like(torch.narrow(states, 1, 0, 1)), weights, rows, count)
          return (self).sums(states, weights, rows, count) / torch.sqrt(torch.clamp(total, 1.0e-9))

        # x        states [T, E], or [R, E] of the only token of each row that counts, or scores [R, W] of a
        #          model that has its own head
        # offsets  int32 [R + 1]
        # skipped  int64 [R]: so many tokens of each row, its prompt, do not count in a pooling
        # raw      whether scores are returned as they are
        # returns  float32 [R, W]
        def vectors(self: __torch__.Head, own: Dict[str, Tensor], x: Tensor, offsets: Tensor, skipped: Tensor, raw: bool) -> Tensor:
          states = torch.to(x, 6)
          device = ops.prim.device(states)
          offsets = torch.to(offsets, device, 4)
          count = torch.size(offsets, 0) - 1
          starts = torch.narrow(offsets, 0, 0, count)
          ends = torch.narrow(offsets, 0, 1, count)
          rows = torch.repeat_interleave(ends - starts)                         # [T]
          places = torch.arange(torch.size(rows, 0), device=device) - torch.index_select(starts, 0, rows)
          counted = torch.unsqueeze(torch.to(places >= torch.index_select(torch.to(skipped, device), 0, rows), 6), 1)
      ${body}
      """;
}
