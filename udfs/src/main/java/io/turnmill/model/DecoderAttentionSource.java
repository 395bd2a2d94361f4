package io.turnmill.model;

/**
 * TorchScript of a decoder's attention over key-value slots: the part of {@link DecoderSource} that
 * knows how rows are laid out. Shapes by the letters that stand there. Rows of several tokens are
 * {@link PrefillSource}'s.
 */
final class DecoderAttentionSource {
  private DecoderAttentionSource() {}

  static final String TEXT =
      """

        def cache_shape(self: __torch__.Decoder, slots: int, slot_tokens: int) -> List[int]:
          return [${layers}, 2, slots, ${kv_heads}, slot_tokens, ${head_dim}]

        def copy(self: __torch__.Decoder, cache: Tensor, source: int, target: int, tokens: int) -> int:
          kept = torch.narrow(torch.select(cache, 2, source), 3, 0, tokens)     # [L, 2, K, tokens, D]
          torch.copy_(torch.narrow(torch.select(cache, 2, target), 3, 0, tokens), kept)
          return tokens

        def signed(self: __torch__.Decoder, sin: Tensor) -> Tensor:
          return sin

        def rotate(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          first, second = torch.chunk(x, 2, -1)                                 # [T, heads, D / 2] each
          return x * cos + torch.cat([torch.neg(second), first], -1) * sin      # [T, heads, D]

        # window: how many positions a token sees, or 0 for all
        # ends: the last token of each row [R] if no other's result is wanted, then of [R, E]
        def attention(self: __torch__.Decoder, w: Dict[str, Tensor], keys: Tensor, values: Tensor, x: Tensor, cos: Tensor, sin: Tensor, token_slots: Tensor, positions: Tensor, slots: Tensor, decodes: List[int], prefills: List[int], masks: List[Optional[Tensor]], window: int, ends: Optional[Tensor]) -> Tensor:
          input = ${input}
      ${qkv}
          # keys, values: [slots, K, slot tokens, D]; written through a view [slots, slot tokens, K, D]
          torch.index_put_(torch.transpose(keys, 1, 2), [token_slots, positions], k)
          torch.index_put_(torch.transpose(values, 1, 2), [token_slots, positions], v)
          mixed = annotate(List[Tensor], [])
          token = 0
          place = 0
          for i in range(len(decodes) // 3):
            rows = decodes[3 * i]
            part = (self).decode(torch.narrow(q, 0, token, rows), keys, values, torch.narrow(slots, 0, token, rows), decodes[3 * i + 1], decodes[3 * i + 2], masks[place], window)
            torch.append(mixed, part)
            token = token + rows
            place = place + 1
          for i in range(len(prefills) // 3):
            slot = prefills[3 * i]
            start = prefills[3 * i + 1]
            tokens = prefills[3 * i + 2]
            if ends is None:
              part = (self).prefill(torch.narrow(q, 0, token, tokens), torch.select(keys, 0, slot), torch.select(values, 0, slot), start, masks, place, window)
              token = token + tokens
              place = place + (self).mask_count(start, tokens)
            else:
              part = (self).decode(torch.narrow(q, 0, token, 1), keys, values, slots, slot, start + tokens, None, window)
              token = token + 1
            torch.append(mixed, part)
          all = torch.cat(mixed, 0)
          return ${o_proj}

        # Rows of one token. The G query heads of a key head take the place of query positions, so that
        # keys and values are read once and never repeated.
        def decode(self: __torch__.Decoder, q: Tensor, keys: Tensor, values: Tensor, slots: Tensor, slot: int, length: int, mask: Optional[Tensor], window: int) -> Tensor:
          q = torch.view(q, [-1, ${kv_heads}, ${group}, ${head_dim}])           # [rows, K, G, D]
          seen = length
          if slot >= 0:                                                         # one row: in place
            if window > 0:
              seen = min(window, length)
            k = torch.narrow(torch.narrow(keys, 2, length - seen, seen), 0, slot, 1)     # [1, K, S, D]
            v = torch.narrow(torch.narrow(values, 2, length - seen, seen), 0, slot, 1)
          else:
            k = torch.index_select(torch.narrow(keys, 2, 0, length), 0, slots)           # [rows, K, S, D]
            v = torch.index_select(torch.narrow(values, 2, 0, length), 0, slots)
          mixed = torch.scaled_dot_product_attention(q, k, v, mask)             # [rows, K, G, D]
          return torch.reshape(mixed, [-1, ${heads} * ${head_dim}])             # [rows, H * D]

        # A row shorter than the longest of its group does not see what lies behind its end.
        def decode_mask(self: __torch__.Decoder, ends: Tensor, length: int, window: int, like: Tensor) -> Tensor:
          places = torch.unsqueeze(torch.arange(length, device=ops.prim.device(like)), 0)
          hidden = places >= torch.unsqueeze(ends, 1)                           # [rows, S]
          if window > 0:
            hidden = torch.logical_or(hidden, places < torch.unsqueeze(ends, 1) - window)
          mask = torch.zeros([torch.size(ends, 0), length], dtype=ops.prim.dtype(like), device=ops.prim.device(like))
          return torch.view(torch.masked_fill(mask, hidden, float("-inf")), [-1, 1, 1, length])

        # One for each group of decode rows, then those of the other rows; None where nothing is hidden.
        def seen(self: __torch__.Decoder, cache: Tensor, offsets: Tensor, slots: Tensor, ends: Tensor, token_slots: Tensor, positions: Tensor, decodes: List[int], prefills: List[int], window: int, like: Tensor) -> List[Optional[Tensor]]:
          masks = annotate(List[Optional[Tensor]], [])
          row = 0
          for i in range(len(decodes) // 3):
            mask = annotate(Optional[Tensor], None)
            if decodes[3 * i] > 1:
              mask = (self).decode_mask(torch.narrow(ends, 0, row, decodes[3 * i]), decodes[3 * i + 2], window, like)
            torch.append(masks, mask)
            row = row + decodes[3 * i]
          for i in range(len(prefills) // 3):
            _ = (self).add_masks(masks, prefills[3 * i + 1], prefills[3 * i + 2], window, like)
          return masks
      """;
}
