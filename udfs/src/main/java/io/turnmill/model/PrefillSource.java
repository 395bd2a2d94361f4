package io.turnmill.model;

/**
 * TorchScript of a decoder's attention for a row of several tokens behind {@code start} cached
 * ones: methods {@code prefill}, which computes it, {@code add_masks}, which appends the masks that
 * it needs, and {@code mask_count}, their number. Shapes by the letters of {@link DecoderSource};
 * keys and values [K, slot tokens, D] are those of the row's slot.
 */
final class PrefillSource {
  private PrefillSource() {}

  /** By {@code scaled_dot_product_attention}. */
  static final String WHOLE =
      """

        # Key heads are the batch, and each is seen by its G query heads through a view without a copy.
        def prefill(self: __torch__.Decoder, q: Tensor, keys: Tensor, values: Tensor, start: int, masks: List[Optional[Tensor]], place: int, window: int) -> Tensor:
          tokens = torch.size(q, 0)
          length = start + tokens
          mask = masks[place]
          q = torch.permute(torch.view(q, [tokens, ${kv_heads}, ${group}, ${head_dim}]), [1, 2, 0, 3])           # [K, G, tokens, D]
          k = torch.expand(torch.unsqueeze(torch.narrow(keys, 1, 0, length), 1), [-1, ${group}, -1, -1])         # [K, G, S, D]
          v = torch.expand(torch.unsqueeze(torch.narrow(values, 1, 0, length), 1), [-1, ${group}, -1, -1])
          mixed = torch.scaled_dot_product_attention(q, k, v, mask, 0., mask is None)                            # [K, G, tokens, D]
          return torch.reshape(torch.permute(mixed, [2, 0, 1, 3]), [tokens, ${heads} * ${head_dim}])             # [tokens, H * D]

        def mask_count(self: __torch__.Decoder, start: int, tokens: int) -> int:
          return 1

        # Token i of the row sees positions 0 .. start + i, or the last `window` of these. None where nothing
        # is hidden but what lies ahead.
        def add_masks(self: __torch__.Decoder, masks: List[Optional[Tensor]], start: int, tokens: int, window: int, like: Tensor) -> int:
          mask = annotate(Optional[Tensor], None)
          cut = False
          if window > 0:
            cut = start + tokens > window
          if start > 0 or cut:
            hidden = torch.full([tokens, start + tokens], float("-inf"), dtype=ops.prim.dtype(like), device=ops.prim.device(like))
            ahead = torch.triu(hidden, start + 1)                               # [tokens, S]
            if cut:
              ahead = ahead + torch.tril(hidden, start - window)
            mask = ahead
          torch.append(masks, mask)
          return 1
      """;

  /**
   * In blocks of tokens, each by two matrix products with a softmax between them: on the CPU faster
   * than PyTorch's own kernel. Scores are float32, and what lies ahead of a block is not computed.
   */
  static final String BLOCKS =
      """

        # Of one head and block there are as many scores as tokens in the block times positions seen. The
        # blocks of a long row are smaller, so that the scores of all heads stay at some 16 MB.
        def block(self: __torch__.Decoder, length: int) -> int:
          return max(8, min(64, 4194304 // (${heads} * length)))

        def mask_count(self: __torch__.Decoder, start: int, tokens: int) -> int:
          block = (self).block(start + tokens)
          return (tokens + block - 1) // block

        # The first position that the token at `position` sees.
        def first_seen(self: __torch__.Decoder, position: int, window: int) -> int:
          first = 0
          if window > 0:
            first = max(0, position + 1 - window)
          return first

        def prefill(self: __torch__.Decoder, q: Tensor, keys: Tensor, values: Tensor, start: int, masks: List[Optional[Tensor]], place: int, window: int) -> Tensor:
          tokens = torch.size(q, 0)
          block = (self).block(start + tokens)
          q = torch.permute(torch.view(torch.to(q, 6) * ${scale}, [tokens, ${kv_heads}, ${group}, ${head_dim}]), [1, 2, 0, 3])   # [K, G, tokens, D]
          k = torch.transpose(torch.to(torch.narrow(keys, 1, 0, start + tokens), 6), 1, 2)                                       # [K, D, S]
          parts = annotate(List[Tensor], [])
          for i in range((self).mask_count(start, tokens)):
            rows = min(block, tokens - i * block)
            begin = (self).first_seen(start + i * block, window)
            seen = start + i * block + rows - begin
            asking = torch.reshape(torch.narrow(q, 2, i * block, rows), [${kv_heads}, -1, ${head_dim}])                          # [K, G * rows, D]
            scores = torch.view(torch.bmm(asking, torch.narrow(k, 2, begin, seen)), [${kv_heads}, ${group}, rows, seen])
            mask = masks[place + i]
            if mask is not None:
              _ = torch.add_(torch.narrow(scores, 3, seen - torch.size(mask, 1), torch.size(mask, 1)), mask)
            shares = torch.to(torch.softmax(scores, -1), ops.prim.dtype(values))
            mixed = torch.bmm(torch.view(shares, [${kv_heads}, -1, seen]), torch.narrow(values, 1, begin, seen))                 # [K, G * rows, D]
            mixed = torch.permute(torch.view(mixed, [${kv_heads}, ${group}, rows, ${head_dim}]), [2, 0, 1, 3])
            torch.append(parts, torch.reshape(mixed, [rows, ${heads} * ${head_dim}]))
          return torch.cat(parts, 0)

        # One for each block, of all positions that it sees; or of the last ones, where nothing is hidden but
        # what lies ahead of its tokens.
        def add_masks(self: __torch__.Decoder, masks: List[Optional[Tensor]], start: int, tokens: int, window: int, like: Tensor) -> int:
          block = (self).block(start + tokens)
          hidden = torch.full([block, block], float("-inf"), dtype=6, device=ops.prim.device(like))
          ahead = torch.triu(hidden, 1)
          for i in range((self).mask_count(start, tokens)):
            rows = min(block, tokens - i * block)
            mask = torch.narrow(torch.narrow(ahead, 0, 0, rows), 1, 0, rows)
            begin = (self).first_seen(start + i * block, window)
            behind = start + i * block - begin
            if window > 0 and behind + rows > window:
              hidden = torch.full([rows, behind + rows], float("-inf"), dtype=6, device=ops.prim.device(like))
              mask = torch.triu(hidden, behind + 1) + torch.tril(hidden, behind - window)
            torch.append(masks, mask)
          return len(masks)
      """;
}
