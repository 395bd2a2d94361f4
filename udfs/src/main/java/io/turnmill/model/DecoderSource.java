package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Attention;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * TorchScript source of a decoder. It holds the architecture only: weights and cache are arguments,
 * so a small text serves every folder of that shape. Shapes are written with
 *
 * <pre>
 *   T tokens of the batch, packed     H query heads      S positions attended to
 *   R rows                            K key heads        L layers
 *   E hidden size                     G = H / K          D head size
 * </pre>
 *
 * {@code weights} is a list of L + 1 tables: one for each layer, then the model's own. {@code
 * cache} holds keys and values of all slots, in the shape of the {@link AttentionKernel}.
 * Everything runs on the device of the weights; on CUDA nothing waits for it.
 */
public final class DecoderSource {
  /** Class of the module that {@link #of} defines. */
  public static final String CLASS_NAME = "Decoder";

  private DecoderSource() {}

  public static String of(DecoderSpec spec, LinearKernel kernel, AttentionKernel attention) {
    String source =
        HEAD
            + kernel.methods(CLASS_NAME)
            + attention.methods()
            + RopeSource.of(spec.rope(), spec.attention().headDim(), CLASS_NAME, "")
            + FORWARD;
    for (Map.Entry<String, String> part : parts(spec, kernel).entrySet()) {
      source = source.replace("${" + part.getKey() + "}", part.getValue());
    }
    return source;
  }

  private static Map<String, String> parts(DecoderSpec spec, LinearKernel kernel) {
    Attention attention = spec.attention();
    Map<String, String> parts = new LinkedHashMap<>(); // in order: the first holds others
    parts.put("qkv", HeadsSource.of(attention, kernel));
    parts.put("inner", inner(spec.mlp(), kernel));
    parts.put("merge", kernel == LinearKernel.MERGED ? MERGE : "");
    parts.put("merge_bias", attention.inputBias() ? MERGE_BIAS : "");
    parts.put("qkv_bias", attention.inputBias() ? "w[\"self_attn.qkv_proj.bias\"]" : "None");
    parts.put("merge_mlp_bias", spec.mlp().bias() ? MERGE_MLP_BIAS : "");
    parts.put("mlp_bias", spec.mlp().bias() ? "w[\"mlp.gate_up_proj.bias\"]" : "None");
    parts.put("layers", Integer.toString(spec.layers()));
    parts.put("hidden", Integer.toString(spec.hiddenSize()));
    parts.put("heads", Integer.toString(attention.heads()));
    parts.put("kv_heads", Integer.toString(attention.kvHeads()));
    parts.put("group", Integer.toString(attention.groupSize()));
    parts.put("all_heads", Integer.toString(attention.heads() + 2 * attention.kvHeads()));
    parts.put("turned_heads", Integer.toString(attention.heads() + attention.kvHeads()));
    parts.put("head_dim", Integer.toString(attention.headDim()));
    parts.put("scale", RopeSource.number(1 / Math.sqrt(attention.headDim())));
    parts.put("half_dim", Integer.toString(attention.headDim() / 2));
    parts.put("window", Integer.toString(attention.window()));
    parts.put("windows", attention.windows().toString());
    parts.put("eps", RopeSource.number(spec.rmsNormEps()));
    parts.put("lm_head", outputLayer(spec, kernel));
    parts.put("mlp_tokens", Integer.toString(kernel.mlpTokens()));
    parts.put("input", kernel.input("x"));
    parts.put(
        "o_proj", kernel.apply("self_attn.o_proj", kernel.input("all"), attention.outputBias()));
    boolean mlp = spec.mlp().bias();
    parts.put("down", kernel.apply("mlp.down_proj", kernel.input("inner", "x"), mlp));
    return parts;
  }

  /** Lines that define {@code inner}. */
  private static String inner(DecoderSpec.Mlp mlp, LinearKernel kernel) {
    if (kernel == LinearKernel.MERGED) {
      return MERGED_INNER.formatted(mlp.activation().of("gate"));
    }
    String gate = kernel.applyWide("mlp.gate_proj", "input", mlp.bias());
    String up = kernel.applyWide("mlp.up_proj", "input", mlp.bias());
    return "    inner = torch.mul_(%s, %s)".formatted(mlp.activation().of(gate), up);
  }

  /** Of the variable {@code last}, from the table {@code w}. */
  private static String outputLayer(DecoderSpec spec, LinearKernel kernel) {
    if (kernel.takesOutputLayer()) {
      return kernel.applyWide("lm_head", kernel.input("last"), false);
    }
    String name = spec.tiedEmbeddings() ? "model.embed_tokens" : "lm_head";
    return LinearKernel.PLAIN.apply(name, "last", false);
  }

  private static final String HEAD =
      """
      class Decoder(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        # What is computed once: [D / 2] frequencies of the rotary embedding.
        def prepare(self: __torch__.Decoder, weights: List[Dict[str, Tensor]]) -> int:
          own = weights[${layers}]
          own["frequencies"] = (self).frequencies(ops.prim.device(own["model.norm.weight"]))
      ${merge}
          return len(weights)

        # One tensor of several, which become views of it.
        def merge(self: __torch__.Decoder, w: Dict[str, Tensor], names: List[str], name: str) -> int:
          parts = annotate(List[Tensor], [])
          for i in range(len(names)):
            torch.append(parts, w[names[i]])
          merged = torch.cat(parts, 0)
          row = 0
          for i in range(len(names)):
            rows = torch.size(parts[i], 0)
            w[names[i]] = torch.narrow(merged, 0, row, rows)
            row = row + rows
          w[name] = merged
          return row

        def new_cache(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], slots: int, slot_tokens: int) -> Tensor:
          like = weights[${layers}]["model.norm.weight"]
          # Zeros, not whatever was there: a masked NaN would still spoil a sum.
          return torch.zeros((self).cache_shape(slots, slot_tokens), dtype=ops.prim.dtype(like), device=ops.prim.device(like))

        def norm(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
          return torch.rms_norm(x, [${hidden}], weight, ${eps})                 # [T, E]; computed in float32

        def mlp(self: __torch__.Decoder, w: Dict[str, Tensor], x: Tensor) -> Tensor:
          tokens = torch.size(x, 0)
          if tokens <= ${mlp_tokens}:
            return (self).mlp_of(w, x)
          parts = annotate(List[Tensor], [])
          for i in range((tokens + ${mlp_tokens} - 1) // ${mlp_tokens}):
            torch.append(parts, (self).mlp_of(w, torch.narrow(x, 0, ${mlp_tokens} * i, min(${mlp_tokens}, tokens - ${mlp_tokens} * i))))
          return torch.cat(parts, 0)

        def mlp_of(self: __torch__.Decoder, w: Dict[str, Tensor], x: Tensor) -> Tensor:
          input = ${input}
      ${inner}
          return ${down}
      """;

  private static final String MERGED_INNER =
      """
      gate, up = torch.chunk(torch.linear(input, w["mlp.gate_up_proj.weight"], ${mlp_bias}), 2, -1)
      inner = torch.mul_(%s, up)"""
          .indent(4)
          .stripTrailing();

  /** In {@code prepare}: what is multiplied by the same states becomes one matrix. */
  private static final String MERGE =
      """
      for i in range(${layers}):
        w = weights[i]
        _ = (self).merge(w, ["self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"], "self_attn.qkv_proj.weight")
        _ = (self).merge(w, ["mlp.gate_proj.weight", "mlp.up_proj.weight"], "mlp.gate_up_proj.weight")
      ${merge_bias}
      ${merge_mlp_bias}"""
          .indent(4)
          .stripTrailing();

  private static final String MERGE_BIAS =
      "  _ = (self).merge(w, [\"self_attn.q_proj.bias\", \"self_attn.k_proj.bias\","
          + " \"self_attn.v_proj.bias\"], \"self_attn.qkv_proj.bias\")";

  private static final String MERGE_MLP_BIAS =
      "  _ = (self).merge(w, [\"mlp.gate_proj.bias\", \"mlp.up_proj.bias\"],"
          + " \"mlp.gate_up_proj.bias\")";

  private static final String FORWARD =
      """

        # ids      int64 [T]      packed tokens of all rows
        # offsets  int32 [R + 1]  cumulative lengths
        # slots    int64 [R]
        # starts   int64 [R]      position of each row's first token
        # lengths  int64 [R]      of the sequence as far as it is known
        # decodes  (rows, slot or -1, S) of each group of decode rows
        # prefills (slot, start, tokens) of each other row
        # last     whether the last token of each row alone is wanted: then the last layer computes no others
        # returns  [T, E], or [R, E] of the last tokens, not normalised
        def hidden(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], cache: Tensor, ids: Tensor, offsets: Tensor, slots: Tensor, starts: Tensor, lengths: Tensor, decodes: List[int], prefills: List[int], last: bool) -> Tensor:
          own = weights[${layers}]
          embedding = own["model.embed_tokens.weight"]                          # [V, E]
          device = ops.prim.device(embedding)
          ids = torch.to(ids, device, 4, True)
          offsets = torch.to(offsets, device, 3, True)
          slots = torch.to(slots, device, 4, True)
          starts = torch.to(starts, device, 4, True)
          lengths = torch.to(lengths, device, 4, True)
          tokens = torch.narrow(offsets, 0, 1, torch.size(slots, 0)) - torch.narrow(offsets, 0, 0, torch.size(slots, 0))
          rows = torch.repeat_interleave(tokens, output_size=torch.size(ids, 0))           # [T]: row of each token
          first = torch.index_select(starts - torch.narrow(offsets, 0, 0, torch.size(slots, 0)), 0, rows)
          positions = torch.arange(torch.size(ids, 0), device=device) + first              # [T]
          token_slots = torch.index_select(slots, 0, rows)                                 # [T]
          token_lengths = torch.index_select(lengths, 0, rows)           # [T]
          x = torch.embedding(embedding, ids)                                              # [T, E]
          cos, sin = (self).turns(positions, token_lengths, own["frequencies"], x)
          sin = (self).signed(sin)
          all = (self).seen(cache, offsets, slots, starts + tokens, token_slots, positions, decodes, prefills, 0, x)
          near = all
          if ${window} > 0:
            near = (self).seen(cache, offsets, slots, starts + tokens, token_slots, positions, decodes, prefills, ${window}, x)
          windows = annotate(List[int], ${windows})
          ends = annotate(Optional[Tensor], None)
          for i in range(${layers}):
            w = weights[i]
            if last and i == ${layers} - 1:
              ends = torch.narrow(offsets, 0, 1, torch.size(slots, 0)) - 1                 # [R]
            keys = torch.select(torch.select(cache, 0, i), 0, 0)
            values = torch.select(torch.select(cache, 0, i), 0, 1)
            seen = all
            if windows[i] > 0:
              seen = near
            mixed = (self).attention(w, keys, values, (self).norm(x, w["input_layernorm.weight"]), cos, sin, token_slots, positions, slots, decodes, prefills, seen, windows[i], ends)
            if ends is not None:
              x = torch.index_select(x, 0, ends)
            x = x + mixed
            x = x + (self).mlp(w, (self).norm(x, w["post_attention_layernorm.weight"]))
          return x

        # drawn    int64 [N]: the rows whose next token is drawn
        # returns  float32 [N, V]; bool [R]: whether the row's last state is finite. The slot of another
        #          row is to be wiped, and what it held to be forgotten.
        def scores(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], cache: Tensor, ids: Tensor, offsets: Tensor, slots: Tensor, starts: Tensor, lengths: Tensor, decodes: List[int], prefills: List[int], drawn: Tensor) -> Tuple[Tensor, Tensor]:
          x = (self).hidden(weights, cache, ids, offsets, slots, starts, lengths, decodes, prefills, True)
          finite = torch.isfinite(torch.sum(x, [-1], dtype=6))                                       # [R]
          drawn = torch.to(drawn, ops.prim.device(x), 4, True)
          return ((self).output(weights, torch.index_select(x, 0, drawn)), finite)

        # Of every token: float32 [T, V].
        def all_scores(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], cache: Tensor, ids: Tensor, offsets: Tensor, slots: Tensor, starts: Tensor, lengths: Tensor, decodes: List[int], prefills: List[int]) -> Tensor:
          return (self).output(weights, (self).hidden(weights, cache, ids, offsets, slots, starts, lengths, decodes, prefills, False))

        def output(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], x: Tensor) -> Tensor:
          w = weights[${layers}]
          last = (self).norm(x, w["model.norm.weight"])
          return torch.to(${lm_head}, 6)

        # States of whole texts, for pooling: [T, E]. The cache lives as long as the call.
        def states(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], ids: Tensor, offsets: Tensor, slots: Tensor, starts: Tensor, lengths: Tensor, prefills: List[int], longest: int) -> Tensor:
          cache = (self).new_cache(weights, torch.size(slots, 0), longest)
          decodes = annotate(List[int], [])
          x = (self).hidden(weights, cache, ids, offsets, slots, starts, lengths, decodes, prefills, False)
          return (self).norm(x, weights[${layers}]["model.norm.weight"])

        # A row whose last state is not finite leaves such keys and values behind. Masked or not, they
        # would spoil the next sequence of the slot.
        def wipe(self: __torch__.Decoder, cache: Tensor, slots: List[int]) -> int:
          _ = torch.index_fill_(cache, 2, torch.tensor(slots, dtype=4, device=ops.prim.device(cache)), 0)
          return len(slots)
      """;
}
