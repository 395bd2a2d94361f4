package io.turnmill.model;

import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderSpec.Biases;
import io.turnmill.model.EncoderSpec.PostNorm;
import io.turnmill.model.EncoderSpec.PreNorm;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * TorchScript source of an encoder: from token ids to states, [T, E], or [R, E] where one token of
 * a text alone counts ({@link EncoderSpec#onlyToken}). Linear layers see no padding; only attention
 * pads, within a group of rows of similar length. Shapes are written with
 *
 * <pre>
 *   T tokens of the batch, packed     H heads          S longest row of a group
 *   R rows                            D head size      E hidden size
 * </pre>
 *
 * Weights come as {@link DecoderSource} says. What is made of the states is {@link HeadSource}'s.
 */
public final class EncoderSource {
  /** Class of the module that {@link #of} defines. */
  public static final String CLASS_NAME = "Encoder";

  private EncoderSource() {}

  public static String of(EncoderSpec spec, LinearKernel kernel) {
    String source = HEAD + kernel.methods(CLASS_NAME) + ATTENTION + blocks(spec);
    for (Map.Entry<String, String> part : parts(spec, kernel).entrySet()) {
      source = source.replace("${" + part.getKey() + "}", part.getValue());
    }
    return source;
  }

  private static String blocks(EncoderSpec spec) {
    if (!(spec.blocks() instanceof PreNorm blocks)) {
      return POST_NORM;
    }
    return RopeSource.of(blocks.globalRope(), spec.headDim(), CLASS_NAME, "_global")
        + RopeSource.of(blocks.localRope(), spec.headDim(), CLASS_NAME, "_local")
        + PRE_NORM;
  }

  private static Map<String, String> parts(EncoderSpec spec, LinearKernel kernel) {
    Map<String, String> parts = new LinkedHashMap<>(); // in order: the first holds others
    parts.put("only", spec.onlyToken().map(pooling -> only(pooling, spec)).orElse(""));
    if (spec.blocks() instanceof PostNorm blocks) {
      parts.put("prepare", "");
      parts.put("embed", embed(blocks));
      bind(parts, kernel, new Biases(true, true, true));
      String inner = kernel.applyWide("inner", kernel.input("x"), true);
      parts.put("activated", blocks.activation().of(inner));
    } else if (spec.blocks() instanceof PreNorm blocks) {
      parts.put("prepare", PREPARE);
      bind(parts, kernel, blocks.biases());
      parts.put("gated", blocks.activation().of("open") + " * gate");
      parts.put("window", Integer.toString(blocks.window()));
      parts.put("global_every", Integer.toString(blocks.globalEvery()));
      String bias = blocks.biases().norm() ? "%s[\"%s.bias\"]" : "None";
      for (String norm : new String[] {"attention_norm", "mlp_norm"}) {
        parts.put(norm + "_bias", bias.formatted("w", norm));
      }
      parts.put("norm_bias", bias.formatted("own", "norm"));
      parts.put("final_norm_bias", bias.formatted("own", "final_norm"));
    } else {
      throw new IllegalStateException("A decoder's blocks are DecoderSource's. This is a bug.");
    }
    parts.put("layers", Integer.toString(spec.layers()));
    parts.put("hidden", Integer.toString(spec.hiddenSize()));
    parts.put("heads", Integer.toString(spec.heads()));
    parts.put("head_dim", Integer.toString(spec.headDim()));
    parts.put("eps", RopeSource.number(spec.blocks().normEps()));
    return parts;
  }

  private static void bind(Map<String, String> parts, LinearKernel kernel, Biases biases) {
    parts.put("input", kernel.input("x"));
    for (String name : new String[] {"query", "key", "value", "projections"}) {
      parts.put(name, kernel.apply(name, "input", biases.attention()));
    }
    parts.put("output", kernel.apply("output", kernel.input("mixed"), biases.attention()));
    parts.put("inner", kernel.applyWide("inner", kernel.input("x"), biases.mlp()));
    parts.put("outer", kernel.apply("outer", kernel.input("inner", "x"), biases.mlp()));
  }

  private static String embed(PostNorm blocks) {
    String positions =
        blocks.padTokenId() == PostNorm.POSITIONS_FROM_ZERO
            ? ""
            : FROM_PAD.replace("${pad}", Integer.toString(blocks.padTokenId()));
    if (blocks.tokenTypes() == 0) {
      return positions;
    }
    // RoBERTa's tokenizers give no types, whatever their files say of a second text.
    boolean none = blocks.padTokenId() != PostNorm.POSITIONS_FROM_ZERO;
    return positions + TYPES.replace("${types}", none ? "torch.zeros_like(ids)" : "types");
  }

  private static final String HEAD =
      """
      class Encoder(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        def prepare(self: __torch__.Encoder, weights: List[Dict[str, Tensor]]) -> int:
          own = weights[${layers}]
      ${prepare}
          return len(weights)

        # Row of each token [T] and its place in the row [T].
        def places(self: __torch__.Encoder, ids: Tensor, offsets: Tensor) -> Tuple[Tensor, Tensor]:
          count = torch.size(offsets, 0) - 1
          lengths = torch.narrow(offsets, 0, 1, count) - torch.narrow(offsets, 0, 0, count)
          rows = torch.repeat_interleave(lengths, output_size=torch.size(ids, 0))
          first = torch.index_select(torch.narrow(offsets, 0, 0, count), 0, rows)
          return (rows, torch.arange(torch.size(ids, 0), device=ops.prim.device(ids)) - first)
      """;

  private static final String PREPARE =
      """
          own["global"] = (self).frequencies_global(ops.prim.device(own["words"]))
          own["local"] = (self).frequencies_local(ops.prim.device(own["words"]))"""
          .indent(4)
          .stripTrailing();

  private static final String ATTENTION = EncoderAttentionSource.TEXT;

  /** Behind the last attention; {@code x} is what the block adds to. */
  private static String only(Pooling pooling, EncoderSpec spec) {
    return ONLY.replace("${x}", spec.blocks() instanceof PreNorm ? "residual" : "x")
        .replace("${from}", pooling == Pooling.CLS ? "0" : "1")
        .replace("${back}", pooling == Pooling.CLS ? "0" : "1");
  }

  private static final String ONLY =
      """
          if i == ${layers} - 1:
            wanted = torch.narrow(offsets, 0, ${from}, torch.size(offsets, 0) - 1) - ${back}   # [R]
            mixed = torch.index_select(mixed, 0, wanted)
            ${x} = torch.index_select(${x}, 0, wanted)"""
          .indent(6)
          .stripTrailing();

  private static final String FROM_PAD =
      """
          # Positions count tokens that are no padding, from ${pad} + 1 on; padding has position ${pad}.
          counts = torch.to(ids != ${pad}, 4)
          running = torch.cumsum(counts, 0)
          before = torch.index_select(running - counts, 0, torch.narrow(offsets, 0, 0, torch.size(offsets, 0) - 1))
          at = (running - torch.index_select(before, 0, rows)) * counts + ${pad}
      """;

  private static final String TYPES =
      """
          x = x + torch.embedding(own["types"], torch.to(${types}, device))
      """;

  private static final String POST_NORM =
      """

        # ids, types int64 [T]; offsets int32 [R + 1]; returns states [T, E]
        def states(self: __torch__.Encoder, weights: List[Dict[str, Tensor]], ids: Tensor, types: Tensor, offsets: Tensor, groups: List[int]) -> Tensor:
          own = weights[${layers}]
          device = ops.prim.device(own["words"])
          ids = torch.to(ids, device)
          offsets = torch.to(offsets, device, 4)
          rows, places = (self).places(ids, offsets)
          at = places
          x = torch.embedding(own["words"], ids)
      ${embed}
          x = x + torch.embedding(own["positions"], at)
          x = torch.layer_norm(x, [${hidden}], own["norm.weight"], own["norm.bias"], ${eps})
          tables = (self).gathers(offsets, rows, places, groups)
          masks = (self).masks(offsets, groups, 0, x)
          for i in range(${layers}):
            w = weights[i]
            input = ${input}
            q = torch.view(${query}, [-1, ${heads}, ${head_dim}])
            k = torch.view(${key}, [-1, ${heads}, ${head_dim}])
            v = torch.view(${value}, [-1, ${heads}, ${head_dim}])
            mixed = (self).attend(q, k, v, groups, tables, masks)
      ${only}
            x = torch.layer_norm(x + ${output}, [${hidden}], w["attention_norm.weight"], w["attention_norm.bias"], ${eps})
            inner = ${activated}
            x = torch.layer_norm(x + ${outer}, [${hidden}], w["output_norm.weight"], w["output_norm.bias"], ${eps})
          return x
      """;

  private static final String PRE_NORM =
      """

        def rotate(self: __torch__.Encoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          first, second = torch.chunk(x, 2, -1)
          return x * cos + torch.cat([torch.neg(second), first], -1) * sin      # [T, H, D]

        # ids, types int64 [T]; offsets int32 [R + 1]; returns states [T, E]
        def states(self: __torch__.Encoder, weights: List[Dict[str, Tensor]], ids: Tensor, types: Tensor, offsets: Tensor, groups: List[int]) -> Tensor:
          own = weights[${layers}]
          ids = torch.to(ids, ops.prim.device(own["words"]))
          offsets = torch.to(offsets, ops.prim.device(own["words"]), 4)
          rows, places = (self).places(ids, offsets)
          residual = torch.layer_norm(torch.embedding(own["words"], ids), [${hidden}], own["norm.weight"], ${norm_bias}, ${eps})
          tables = (self).gathers(offsets, rows, places, groups)
          masks = (self).masks(offsets, groups, 0, residual)
          near = (self).masks(offsets, groups, ${window}, residual)
          far_cos, far_sin = (self).turns_global(places, places, own["global"], residual)
          near_cos, near_sin = (self).turns_local(places, places, own["local"], residual)
          for i in range(${layers}):
            w = weights[i]
            x = residual
            if i > 0:
              x = torch.layer_norm(residual, [${hidden}], w["attention_norm.weight"], ${attention_norm_bias}, ${eps})
            input = ${input}
            whole = torch.view(${projections}, [-1, 3, ${heads}, ${head_dim}])
            v = torch.select(whole, 1, 2)
            if i % ${global_every} == 0:
              q = (self).rotate(torch.select(whole, 1, 0), far_cos, far_sin)
              k = (self).rotate(torch.select(whole, 1, 1), far_cos, far_sin)
              mixed = (self).attend(q, k, v, groups, tables, masks)
            else:
              q = (self).rotate(torch.select(whole, 1, 0), near_cos, near_sin)
              k = (self).rotate(torch.select(whole, 1, 1), near_cos, near_sin)
              mixed = (self).attend(q, k, v, groups, tables, near)
      ${only}
            residual = residual + ${output}
            x = torch.layer_norm(residual, [${hidden}], w["mlp_norm.weight"], ${mlp_norm_bias}, ${eps})
            open, gate = torch.chunk(${inner}, 2, -1)
            inner = ${gated}
            residual = residual + ${outer}
          return torch.layer_norm(residual, [${hidden}], own["final_norm.weight"], ${final_norm_bias}, ${eps})
      """;
}
