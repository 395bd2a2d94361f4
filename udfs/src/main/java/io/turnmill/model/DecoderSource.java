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
 * cache} is [L, 2 (keys, values), slots, K, slot tokens, D]. Everything runs on the device of the
 * weights.
 */
public final class DecoderSource {
  /** Class of the module that {@link #of} defines. */
  public static final String CLASS_NAME = "Decoder";

  private DecoderSource() {}

  public static String of(DecoderSpec spec, LinearKernel kernel) {
    String source =
        HEAD
            + kernel.methods(CLASS_NAME)
            + DecoderAttentionSource.TEXT
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
    parts.put("head_norm", attention.headNorm() ? HEAD_NORM.formatted(attention.headDim()) : "");
    parts.put("layers", Integer.toString(spec.layers()));
    parts.put("hidden", Integer.toString(spec.hiddenSize()));
    parts.put("heads", Integer.toString(attention.heads()));
    parts.put("kv_heads", Integer.toString(attention.kvHeads()));
    parts.put("group", Integer.toString(attention.groupSize()));
    parts.put("head_dim", Integer.toString(attention.headDim()));
    parts.put("window", Integer.toString(attention.window()));
    parts.put("windows", attention.windows().toString());
    parts.put("eps", RopeSource.number(spec.rmsNormEps()));
    parts.put("lm_head", outputLayer(spec, kernel));
    parts.put("input", kernel.input("x"));
    boolean in = attention.inputBias();
    parts.put("q_proj", kernel.apply("self_attn.q_proj", "input", in));
    parts.put("k_proj", kernel.apply("self_attn.k_proj", "input", in));
    parts.put("v_proj", kernel.apply("self_attn.v_proj", "input", in));
    parts.put(
        "o_proj", kernel.apply("self_attn.o_proj", kernel.input("all"), attention.outputBias()));
    boolean mlp = spec.mlp().bias();
    String gate = kernel.applyWide("mlp.gate_proj", "input", mlp);
    parts.put("gate", spec.mlp().activation().of(gate));
    parts.put("up", kernel.applyWide("mlp.up_proj", "input", mlp));
    parts.put("down", kernel.apply("mlp.down_proj", kernel.input("inner", "x"), mlp));
    return parts;
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
          return len(weights)

        def new_cache(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], slots: int, slot_tokens: int) -> Tensor:
          like = weights[${layers}]["model.norm.weight"]
          # Zeros, not whatever was there: a masked NaN would still spoil a sum.
          return torch.zeros([${layers}, 2, slots, ${kv_heads}, slot_tokens, ${head_dim}], dtype=ops.prim.dtype(like), device=ops.prim.device(like))

        def copy(self: __torch__.Decoder, cache: Tensor, source: int, target: int, tokens: int) -> int:
          kept = torch.narrow(torch.select(cache, 2, source), 3, 0, tokens)     # [L, 2, K, tokens, D]
          torch.copy_(torch.narrow(torch.select(cache, 2, target), 3, 0, tokens), kept)
          return tokens

        def norm(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
          return torch.rms_norm(x, [${hidden}], weight, ${eps})                 # [T, E]; computed in float32

        def mlp(self: __torch__.Decoder, w: Dict[str, Tensor], x: Tensor) -> Tensor:
          input = ${input}
          inner = ${gate} * ${up}                                               # [T, I]
          return ${down}
      """;

  private static final String HEAD_NORM =
      """
          q = torch.rms_norm(q, [%1$d], w["self_attn.q_norm.weight"], ${eps})   # each head by itself
          k = torch.rms_norm(k, [%1$d], w["self_attn.k_norm.weight"], ${eps})"""
          .indent(4)
          .stripTrailing();

  private static final String FORWARD =
      """

        # ids      int64 [T]      packed tokens of all rows
        # offsets  int32 [R + 1]  cumulative lengths
        # slots    int64 [R]
        # starts   int64 [R]      position of each row's first token
        # lengths  int64 [R]      of the sequence as far as it is known
        # decodes  (rows, slot or -1, S) of each group of decode rows
        # prefills (slot, start, tokens) of each other row
        # wanted   indices in [0, T) of the tokens whose scores are returned
        # returns  [T, E], not normalised
        def hidden(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], cache: Tensor, ids: Tensor, offsets: Tensor, slots: Tensor, starts: Tensor, lengths: Tensor, decodes: List[int], prefills: List[int]) -> Tensor:
          own = weights[${layers}]
          embedding = own["model.embed_tokens.weight"]                          # [V, E]
          device = ops.prim.device(embedding)
          ids = torch.to(ids, device)
          offsets = torch.to(offsets, device)
          slots = torch.to(slots, device)
          starts = torch.to(starts, device)
          tokens = torch.narrow(offsets, 0, 1, torch.size(slots, 0)) - torch.narrow(offsets, 0, 0, torch.size(slots, 0))
          rows = torch.repeat_interleave(tokens, output_size=torch.size(ids, 0))           # [T]: row of each token
          first = torch.index_select(starts - torch.narrow(offsets, 0, 0, torch.size(slots, 0)), 0, rows)
          positions = torch.arange(torch.size(ids, 0), device=device) + first              # [T]
          token_slots = torch.index_select(slots, 0, rows)                                 # [T]
          token_lengths = torch.index_select(torch.to(lengths, device), 0, rows)           # [T]
          x = torch.embedding(embedding, ids)                                              # [T, E]
          cos, sin = (self).turns(positions, token_lengths, own["frequencies"], x)
          masks = (self).masks(starts + tokens, decodes, prefills, 0, x)
          near = masks
          if ${window} > 0:
            near = (self).masks(starts + tokens, decodes, prefills, ${window}, x)
          windows = annotate(List[int], ${windows})
          for i in range(${layers}):
            w = weights[i]
            keys = torch.select(torch.select(cache, 0, i), 0, 0)
            values = torch.select(torch.select(cache, 0, i), 0, 1)
            seen = masks
            if windows[i] > 0:
              seen = near
            x = x + (self).attention(w, keys, values, (self).norm(x, w["input_layernorm.weight"]), cos, sin, token_slots, positions, slots, decodes, prefills, seen, windows[i])
            x = x + (self).mlp(w, (self).norm(x, w["post_attention_layernorm.weight"]))
          return x

        # wanted   indices in [0, T) of the tokens whose scores are returned
        # returns  float32 [wanted, V]
        def scores(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], cache: Tensor, ids: Tensor, offsets: Tensor, slots: Tensor, starts: Tensor, lengths: Tensor, decodes: List[int], prefills: List[int], wanted: List[int]) -> Tensor:
          x = (self).hidden(weights, cache, ids, offsets, slots, starts, lengths, decodes, prefills)
          w = weights[${layers}]
          device = ops.prim.device(x)
          slots = torch.to(slots, device)
          ends = torch.narrow(torch.to(offsets, device), 0, 1, torch.size(slots, 0))
          (self).wipe(cache, slots, torch.index_select(x, 0, ends - 1))
          last = torch.index_select(x, 0, torch.tensor(wanted, dtype=4, device=device))    # [wanted, E]
          last = (self).norm(last, w["model.norm.weight"])
          return torch.to(${lm_head}, 6)

        # States of whole texts, for pooling: [T, E]. The cache lives as long as the call.
        def states(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], ids: Tensor, offsets: Tensor, slots: Tensor, starts: Tensor, lengths: Tensor, prefills: List[int], longest: int) -> Tensor:
          cache = (self).new_cache(weights, torch.size(slots, 0), longest)
          decodes = annotate(List[int], [])
          x = (self).hidden(weights, cache, ids, offsets, slots, starts, lengths, decodes, prefills)
          return (self).norm(x, weights[${layers}]["model.norm.weight"])

        # A row whose last state is not finite leaves such keys and values behind. Masked or not, they
        # would spoil the next sequence of the slot.
        def wipe(self: __torch__.Decoder, cache: Tensor, slots: Tensor, last: Tensor) -> NoneType:
          finite = torch.isfinite(torch.sum(torch.to(last, 6), -1))                        # [R]
          if bool(torch.logical_not(torch.all(finite))):
            spoilt = torch.masked_select(slots, torch.logical_not(finite))
            torch.index_fill_(cache, 2, spoilt, 0)
          return None
      """;
}
