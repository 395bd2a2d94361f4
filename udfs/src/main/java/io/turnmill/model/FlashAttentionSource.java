package io.turnmill.model;

/**
 * TorchScript of a decoder's attention over key-value slots by CUDA's kernel for variable lengths:
 * takes the place of {@link DecoderAttentionSource}. A slot is found by an offset into all tokens
 * of all slots, so nothing is gathered, padded or masked. Shapes by the letters of {@link
 * DecoderSource}.
 */
final class FlashAttentionSource {
  private FlashAttentionSource() {}

  static final String TEXT =
      """

        def cache_shape(self: __torch__.Decoder, slots: int, slot_tokens: int) -> List[int]:
          return [${layers}, 2, slots, slot_tokens, ${kv_heads}, ${head_dim}]

        def copy(self: __torch__.Decoder, cache: Tensor, source: int, target: int, tokens: int) -> int:
          kept = torch.narrow(torch.select(cache, 2, source), 2, 0, tokens)     # [L, 2, tokens, K, D]
          torch.copy_(torch.narrow(torch.select(cache, 2, target), 2, 0, tokens), kept)
          return tokens

        # Where rows begin and end: [T] places of the tokens among those of all slots; then for the N rows
        # of one token and for the others, int32: cumulative lengths, begin of the slots (both with one
        # entry more), ends of the rows in their slots; then the same for all rows as if of one token.
        def seen(self: __torch__.Decoder, cache: Tensor, offsets: Tensor, slots: Tensor, ends: Tensor, token_slots: Tensor, positions: Tensor, decodes: List[int], prefills: List[int], window: int, like: Tensor) -> List[Tensor]:
          slot_tokens = torch.size(cache, 3)
          places = token_slots * slot_tokens + positions
          begins = torch.to(torch.constant_pad_nd(slots * slot_tokens, [0, 1], 0), 3)      # [R + 1]
          ends = torch.to(ends, 3)                                                         # [R]
          count = (self).decode_rows(decodes)
          others = torch.size(slots, 0) - count
          behind = torch.narrow(offsets, 0, count, others + 1) - count
          return [places, torch.narrow(offsets, 0, 0, count + 1), torch.narrow(begins, 0, 0, count + 1), torch.narrow(ends, 0, 0, count), behind, torch.narrow(begins, 0, count, others + 1), torch.narrow(ends, 0, count, others), torch.arange(torch.size(slots, 0) + 1, dtype=3, device=ops.prim.device(cache)), begins, ends]

        def decode_rows(self: __torch__.Decoder, decodes: List[int]) -> int:
          count = 0
          for i in range(len(decodes) // 3):
            count = count + decodes[3 * i]
          return count

        def signed(self: __torch__.Decoder, sin: Tensor) -> Tensor:
          first, second = torch.chunk(sin, 2, -1)
          return torch.cat([torch.neg(first), second], -1)

        # Multiplied by cosines and, its halves exchanged, by sines whose first half is negated.
        def rotate(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          return torch.addcmul(x * cos, torch.roll(x, [${half_dim}], [-1]), sin)           # [T, heads, D]

        # window: how many positions a token sees, or 0 for all
        # ends: the last token of each row [R] if no other's result is wanted, then of [R, E]
        def attention(self: __torch__.Decoder, w: Dict[str, Tensor], keys: Tensor, values: Tensor, x: Tensor, cos: Tensor, sin: Tensor, token_slots: Tensor, positions: Tensor, slots: Tensor, decodes: List[int], prefills: List[int], seen: List[Tensor], window: int, ends: Optional[Tensor]) -> Tensor:
          input = ${input}
      ${qkv}
          keys = torch.view(keys, [-1, ${kv_heads}, ${head_dim}])               # [slots * slot tokens, K, D]
          values = torch.view(values, [-1, ${kv_heads}, ${head_dim}])
          _ = torch.index_copy_(keys, 0, seen[0], k)
          _ = torch.index_copy_(values, 0, seen[0], v)
          count = torch.size(seen[3], 0)
          others = torch.size(seen[6], 0)
          longest = 0
          for i in range(others):
            longest = max(longest, prefills[3 * i + 1] + prefills[3 * i + 2])
          if others == 0 or ends is not None:
            mixed = (self).flash(q, keys, values, seen[7], seen[8], seen[9], 1, max(longest, (self).greatest(decodes, 2)), window)
          else:
            tokens = torch.size(q, 0) - count
            mixed = (self).flash(torch.narrow(q, 0, count, tokens), keys, values, seen[4], seen[5], seen[6], (self).greatest(prefills, 2), longest, window)
            if count > 0:
              first = (self).flash(torch.narrow(q, 0, 0, count), keys, values, seen[1], seen[2], seen[3], 1, (self).greatest(decodes, 2), window)
              mixed = torch.cat([first, mixed], 0)
          all = torch.reshape(mixed, [-1, ${heads} * ${head_dim}])              # [T, H * D]
          return ${o_proj}

        # Of every third number from `place` on.
        def greatest(self: __torch__.Decoder, numbers: List[int], place: int) -> int:
          most = 0
          for i in range(len(numbers) // 3):
            most = max(most, numbers[3 * i + place])
          return most

        # Rows of at most `longest` tokens behind what is cached, which see at most `length` positions.
        def flash(self: __torch__.Decoder, q: Tensor, keys: Tensor, values: Tensor, offsets: Tensor, begins: Tensor, ends: Tensor, longest: int, length: int, window: int) -> Tensor:
          left = annotate(Optional[int], None)
          right = annotate(Optional[int], None)
          if window > 0:
            left = window - 1
            right = 0
          mixed, _, _, _, _ = torch._flash_attention_forward(q, keys, values, offsets, begins, longest, length, 0., True, False, scale=None, window_size_left=left, window_size_right=right, seqused_k=ends, alibi_slopes=None)
          return mixed                                                          # [rows' tokens, H, D]

        # Whether the kernel runs on this device, in this build of PyTorch, and says what plain attention says:
        # rows that begin and end anywhere, in slots in any order, long enough to be cut into blocks.
        def agrees(self: __torch__.Decoder, weights: List[Dict[str, Tensor]]) -> bool:
          like = weights[${layers}]["model.norm.weight"]
          one = (self).agrees_on([0, 1, 2], [5000, 0], [2100, 5], 1, 0, like)
          several = (self).agrees_on([0, 150, 153], [2500, 5000], [213, 3], 150, 0, like)
          near = True
          if ${window} > 0:
            near = (self).agrees_on([0, 1, 2], [5000, 0], [2100, 5], 1, 100, like)
            if near:
              near = (self).agrees_on([0, 150, 153], [2500, 5000], [213, 3], 150, 100, like)
          return one and several and near

        # offsets, begins, ends: as of flash, without the superfluous begin
        def agrees_on(self: __torch__.Decoder, offsets: List[int], begins: List[int], ends: List[int], longest: int, window: int, like: Tensor) -> bool:
          device = ops.prim.device(like)
          q = (self).wave([offsets[-1], ${heads}, ${head_dim}], 0.7, like)
          keys = (self).wave([7500, ${kv_heads}, ${head_dim}], 1.3, like)
          values = (self).wave([7500, ${kv_heads}, ${head_dim}], 2.1, like)
          begin = torch.tensor([begins[0], begins[1], 0], dtype=3, device=device)
          mixed = (self).flash(q, keys, values, torch.tensor(offsets, dtype=3, device=device), begin, torch.tensor(ends, dtype=3, device=device), longest, max(ends[0], ends[1]), window)
          same = True
          for i in range(len(ends)):
            row = torch.narrow(q, 0, offsets[i], offsets[i + 1] - offsets[i])
            expected = (self).plain(row, torch.narrow(keys, 0, begins[i], ends[i]), torch.narrow(values, 0, begins[i], ends[i]), window)
            found = torch.to(torch.narrow(mixed, 0, offsets[i], offsets[i + 1] - offsets[i]), 6)
            same = same and bool(torch.all(torch.abs(found - expected) < 0.05))
          return same

        def wave(self: __torch__.Decoder, shape: List[int], step: float, like: Tensor) -> Tensor:
          places = torch.arange(shape[0] * shape[1] * shape[2], dtype=6, device=ops.prim.device(like))
          return torch.to(torch.view(torch.sin(places * step), shape), ops.prim.dtype(like))

        # One row of [tokens, H, D], the last tokens of a sequence of S, in float32.
        def plain(self: __torch__.Decoder, q: Tensor, keys: Tensor, values: Tensor, window: int) -> Tensor:
          q = torch.transpose(torch.to(q, 6), 0, 1)                                                # [H, tokens, D]
          k = torch.permute(torch.repeat_interleave(torch.to(keys, 6), ${group}, 1), [1, 2, 0])    # [H, D, S]
          v = torch.transpose(torch.repeat_interleave(torch.to(values, 6), ${group}, 1), 0, 1)     # [H, S, D]
          scores = torch.matmul(q, k) * ${scale}
          seen = torch.ones([torch.size(q, 1), torch.size(k, 2)], dtype=11, device=ops.prim.device(q))
          behind = torch.size(k, 2) - torch.size(q, 1)
          seen = torch.tril(seen, behind)
          if window > 0:
            seen = torch.logical_and(seen, torch.logical_not(torch.tril(seen, behind - window)))
          scores = torch.masked_fill(scores, torch.logical_not(seen), float("-inf"))
          return torch.transpose(torch.matmul(torch.softmax(scores, -1), v), 0, 1)                 # [tokens, H, D]
      """;
}
