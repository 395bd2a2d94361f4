package io.turnmill.model;

import java.util.Map;

/**
 * TorchScript source of a Qwen2 decoder. It holds the architecture only: weights and cache are
 * arguments, so one small text serves every folder of the family. Shapes are written with
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

  public static String of(DecoderSpec spec) {
    Map<String, Object> constants =
        Map.of(
            "layers", spec.layers(),
            "hidden", spec.hiddenSize(),
            "heads", spec.heads(),
            "kv_heads", spec.kvHeads(),
            "group", spec.groupSize(),
            "head_dim", spec.headDim(),
            "eps", spec.rmsNormEps(),
            "theta", spec.ropeTheta(),
            "lm_head", spec.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight");
    String source = HEAD + LAYER + DECODE + PREFILL + FORWARD;
    for (Map.Entry<String, Object> constant : constants.entrySet()) {
      source = source.replace("${" + constant.getKey() + "}", constant.getValue().toString());
    }
    return source;
  }

  private static final String HEAD =
      """
      class Decoder(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        def new_cache(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], slots: int, slot_tokens: int) -> Tensor:
          like = weights[${layers}]["model.norm.weight"]
          # Zeros, not whatever was there: a masked NaN would still spoil a sum.
          return torch.zeros([${layers}, 2, slots, ${kv_heads}, slot_tokens, ${head_dim}], dtype=ops.prim.dtype(like), device=ops.prim.device(like))

        def copy(self: __torch__.Decoder, cache: Tensor, source: int, target: int, tokens: int) -> int:
          kept = torch.narrow(torch.select(cache, 2, source), 3, 0, tokens)     # [L, 2, K, tokens, D]
          torch.copy_(torch.narrow(torch.select(cache, 2, target), 3, 0, tokens), kept)
          return tokens
      """;

  private static final String LAYER =
      """

        def norm(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
          return torch.rms_norm(x, [${hidden}], weight, ${eps})                 # [T, E]; computed in float32

        def rotate(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          first, second = torch.chunk(x, 2, -1)                                 # [T, heads, D / 2] each
          return x * cos + torch.cat([torch.neg(second), first], -1) * sin      # [T, heads, D]

        def mlp(self: __torch__.Decoder, w: Dict[str, Tensor], x: Tensor) -> Tensor:
          gate = torch.silu(torch.linear(x, w["mlp.gate_proj.weight"]))         # [T, I]
          return torch.linear(gate * torch.linear(x, w["mlp.up_proj.weight"]), w["mlp.down_proj.weight"])

        def attention(self: __torch__.Decoder, w: Dict[str, Tensor], keys: Tensor, values: Tensor, x: Tensor, cos: Tensor, sin: Tensor, token_slots: Tensor, positions: Tensor, slots: Tensor, decodes: List[int], prefills: List[int], masks: List[Optional[Tensor]]) -> Tensor:
          q = torch.view(torch.linear(x, w["self_attn.q_proj.weight"], w["self_attn.q_proj.bias"]), [-1, ${heads}, ${head_dim}])
          k = torch.view(torch.linear(x, w["self_attn.k_proj.weight"], w["self_attn.k_proj.bias"]), [-1, ${kv_heads}, ${head_dim}])
          v = torch.view(torch.linear(x, w["self_attn.v_proj.weight"], w["self_attn.v_proj.bias"]), [-1, ${kv_heads}, ${head_dim}])
          q = (self).rotate(q, cos, sin)                                        # [T, H, D]
          k = (self).rotate(k, cos, sin)                                        # [T, K, D]
          # keys, values: [slots, K, slot tokens, D]; written through a view [slots, slot tokens, K, D]
          torch.index_put_(torch.transpose(keys, 1, 2), [token_slots, positions], k)
          torch.index_put_(torch.transpose(values, 1, 2), [token_slots, positions], v)
          mixed = annotate(List[Tensor], [])
          token = 0
          for i in range(len(decodes) // 3):
            rows = decodes[3 * i]
            part = (self).decode(torch.narrow(q, 0, token, rows), keys, values, torch.narrow(slots, 0, token, rows), decodes[3 * i + 1], decodes[3 * i + 2], masks[i])
            torch.append(mixed, part)
            token = token + rows
          for i in range(len(prefills) // 3):
            tokens = prefills[3 * i + 2]
            part = (self).prefill(torch.narrow(q, 0, token, tokens), torch.select(keys, 0, prefills[3 * i]), torch.select(values, 0, prefills[3 * i]), prefills[3 * i + 1], masks[len(decodes) // 3 + i])
            torch.append(mixed, part)
            token = token + tokens
          return torch.linear(torch.cat(mixed, 0), w["self_attn.o_proj.weight"])
      """;

  private static final String DECODE =
      """

        # Rows of one token. The G query heads of a key head take the place of query positions, so that
        # keys and values are read once and never repeated.
        def decode(self: __torch__.Decoder, q: Tensor, keys: Tensor, values: Tensor, slots: Tensor, slot: int, length: int, mask: Optional[Tensor]) -> Tensor:
          q = torch.view(q, [-1, ${kv_heads}, ${group}, ${head_dim}])           # [rows, K, G, D]
          k = torch.narrow(keys, 2, 0, length)                                  # [slots, K, S, D]
          v = torch.narrow(values, 2, 0, length)
          if slot >= 0:                                                         # one row: in place
            k = torch.narrow(k, 0, slot, 1)
            v = torch.narrow(v, 0, slot, 1)
          else:
            k = torch.index_select(k, 0, slots)                                 # [rows, K, S, D]
            v = torch.index_select(v, 0, slots)
          mixed = torch.scaled_dot_product_attention(q, k, v, mask)             # [rows, K, G, D]
          return torch.reshape(mixed, [-1, ${heads} * ${head_dim}])             # [rows, H * D]

        # A row shorter than the longest of its group does not see what lies behind its end.
        def decode_mask(self: __torch__.Decoder, ends: Tensor, length: int, like: Tensor) -> Tensor:
          hidden = torch.unsqueeze(torch.arange(length, device=ops.prim.device(like)), 0) >= torch.unsqueeze(ends, 1)
          mask = torch.zeros([torch.size(ends, 0), length], dtype=ops.prim.dtype(like), device=ops.prim.device(like))
          return torch.view(torch.masked_fill(mask, hidden, float("-inf")), [-1, 1, 1, length])
      """;

  private static final String PREFILL =
      """

        # One row of several tokens behind `start` cached ones. Key heads are the batch, and each is seen
        # by its G query heads through a view without a copy.
        def prefill(self: __torch__.Decoder, q: Tensor, keys: Tensor, values: Tensor, start: int, mask: Optional[Tensor]) -> Tensor:
          tokens = torch.size(q, 0)
          length = start + tokens
          q = torch.permute(torch.view(q, [tokens, ${kv_heads}, ${group}, ${head_dim}]), [1, 2, 0, 3])           # [K, G, tokens, D]
          k = torch.expand(torch.unsqueeze(torch.narrow(keys, 1, 0, length), 1), [-1, ${group}, -1, -1])         # [K, G, S, D]
          v = torch.expand(torch.unsqueeze(torch.narrow(values, 1, 0, length), 1), [-1, ${group}, -1, -1])
          mixed = torch.scaled_dot_product_attention(q, k, v, mask, 0., start == 0)                              # [K, G, tokens, D]
          return torch.reshape(torch.permute(mixed, [2, 0, 1, 3]), [tokens, ${heads} * ${head_dim}])             # [tokens, H * D]

        # Token i of the row sees positions 0 .. start + i.
        def prefill_mask(self: __torch__.Decoder, start: int, tokens: int, like: Tensor) -> Tensor:
          mask = torch.full([tokens, start + tokens], float("-inf"), dtype=ops.prim.dtype(like), device=ops.prim.device(like))
          return torch.triu(mask, start + 1)                                    # [tokens, S]
      """;

  private static final String FORWARD =
      """

        # Cosines and sines of the rotary angles, [T, 1, D] each, computed in float32.
        def angles(self: __torch__.Decoder, positions: Tensor, like: Tensor) -> Tuple[Tensor, Tensor]:
          exponents = torch.to(torch.arange(0, ${head_dim}, 2, dtype=4, device=ops.prim.device(like)), 6) / ${head_dim}
          frequencies = torch.reciprocal(torch.pow(${theta}, exponents))        # [D / 2], float32
          angles = torch.outer(torch.to(positions, 6), frequencies)             # [T, D / 2]
          angles = torch.unsqueeze(torch.cat([angles, angles], -1), 1)          # [T, 1, D]
          return (torch.to(torch.cos(angles), ops.prim.dtype(like)), torch.to(torch.sin(angles), ops.prim.dtype(like)))

        def masks(self: __torch__.Decoder, ends: Tensor, decodes: List[int], prefills: List[int], like: Tensor) -> List[Optional[Tensor]]:
          masks = annotate(List[Optional[Tensor]], [])
          row = 0
          for i in range(len(decodes) // 3):
            mask = annotate(Optional[Tensor], None)
            if decodes[3 * i] > 1:
              mask = (self).decode_mask(torch.narrow(ends, 0, row, decodes[3 * i]), decodes[3 * i + 2], like)
            torch.append(masks, mask)
            row = row + decodes[3 * i]
          for i in range(len(prefills) // 3):
            mask = annotate(Optional[Tensor], None)
            if prefills[3 * i + 1] > 0:
              mask = (self).prefill_mask(prefills[3 * i + 1], prefills[3 * i + 2], like)
            torch.append(masks, mask)
          return masks

        # ids      int64 [T]      packed tokens of all rows
        # offsets  int32 [R + 1]  cumulative lengths
        # slots    int64 [R]
        # starts   int64 [R]      position of each row's first token
        # decodes  (rows, slot or -1, S) of each group of decode rows
        # prefills (slot, start, tokens) of each other row
        # wanted   indices in [0, T) of the tokens whose scores are returned
        # returns  float32 [wanted, V]
        def scores(self: __torch__.Decoder, weights: List[Dict[str, Tensor]], cache: Tensor, ids: Tensor, offsets: Tensor, slots: Tensor, starts: Tensor, decodes: List[int], prefills: List[int], wanted: List[int]) -> Tensor:
          own = weights[${layers}]
          embedding = own["model.embed_tokens.weight"]                          # [V, E]
          device = ops.prim.device(embedding)
          ids = torch.to(ids, device)
          offsets = torch.to(offsets, device)
          slots = torch.to(slots, device)
          starts = torch.to(starts, device)
          lengths = torch.narrow(offsets, 0, 1, torch.size(slots, 0)) - torch.narrow(offsets, 0, 0, torch.size(slots, 0))
          rows = torch.repeat_interleave(lengths, output_size=torch.size(ids, 0))          # [T]: row of each token
          first = torch.index_select(starts - torch.narrow(offsets, 0, 0, torch.size(slots, 0)), 0, rows)
          positions = torch.arange(torch.size(ids, 0), device=device) + first              # [T]
          token_slots = torch.index_select(slots, 0, rows)                                 # [T]
          x = torch.embedding(embedding, ids)                                              # [T, E]
          cos, sin = (self).angles(positions, x)
          masks = (self).masks(starts + lengths, decodes, prefills, x)
          for i in range(${layers}):
            w = weights[i]
            keys = torch.select(torch.select(cache, 0, i), 0, 0)
            values = torch.select(torch.select(cache, 0, i), 0, 1)
            x = x + (self).attention(w, keys, values, (self).norm(x, w["input_layernorm.weight"]), cos, sin, token_slots, positions, slots, decodes, prefills, masks)
            x = x + (self).mlp(w, (self).norm(x, w["post_attention_layernorm.weight"]))
          (self).wipe(cache, slots, torch.index_select(x, 0, torch.narrow(offsets, 0, 1, torch.size(slots, 0)) - 1))
          last = torch.index_select(x, 0, torch.tensor(wanted, dtype=4, device=device))    # [wanted, E]
          last = (self).norm(last, own["model.norm.weight"])
          return torch.to(torch.linear(last, own["${lm_head}"]), 6)

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
