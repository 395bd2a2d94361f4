package io.turnmill.model;

/**
 * TorchScript source of an encoder's attention: rows of similar length in groups, padded to the
 * longest. Letters as in {@link EncoderSource}, whose methods these are.
 */
final class EncoderAttentionSource {
  private EncoderAttentionSource() {}

  static final String TEXT =
      """

        # For each group its tables: where each place of the padded rows is found, [rows * S], and where
        # each token went, [tokens]. A group whose rows are equally long needs none.
        # groups: (rows, S, tokens) of each
        def gathers(self: __torch__.Encoder, offsets: Tensor, rows: Tensor, places: Tensor, groups: List[int]) -> List[Tuple[Tensor, Tensor]]:
          tables = annotate(List[Tuple[Tensor, Tensor]], [])
          row = 0
          token = 0
          for i in range(len(groups) // 3):
            count = groups[3 * i]
            longest = groups[3 * i + 1]
            tokens = groups[3 * i + 2]
            into = torch.narrow(rows, 0, token, 0)
            out = into
            if count * longest != tokens:
              starts = torch.unsqueeze(torch.narrow(offsets, 0, row, count) - token, 1)
              ends = torch.unsqueeze(torch.narrow(offsets, 0, row + 1, count) - token, 1)
              steps = torch.unsqueeze(torch.arange(longest, device=ops.prim.device(offsets)), 0)
              into = torch.reshape(torch.minimum(starts + steps, ends - 1), [-1])
              out = (torch.narrow(rows, 0, token, tokens) - row) * longest + torch.narrow(places, 0, token, tokens)
            torch.append(tables, (into, out))
            row = row + count
            token = token + tokens
          return tables

        # A place behind the end of a row is seen by nobody; with a window, nor is one farther away than that.
        def masks(self: __torch__.Encoder, offsets: Tensor, groups: List[int], window: int, like: Tensor) -> List[Optional[Tensor]]:
          masks = annotate(List[Optional[Tensor]], [])
          row = 0
          for i in range(len(groups) // 3):
            count = groups[3 * i]
            longest = groups[3 * i + 1]
            mask = annotate(Optional[Tensor], None)
            steps = torch.arange(longest, device=ops.prim.device(like))
            cut = False
            if window > 0:
              cut = longest > window + 1
            if count * longest != groups[3 * i + 2] or cut:
              lengths = torch.narrow(offsets, 0, row + 1, count) - torch.narrow(offsets, 0, row, count)
              hidden = torch.unsqueeze(steps, 0) >= torch.unsqueeze(lengths, 1)           # [rows, S]
              hidden = torch.view(hidden, [-1, 1, 1, longest])
              if cut:
                far = torch.abs(torch.unsqueeze(steps, 0) - torch.unsqueeze(steps, 1)) > window
                hidden = torch.logical_or(hidden, far)                                    # [rows, 1, S, S]
              zeros = torch.zeros(torch.size(hidden), dtype=ops.prim.dtype(like), device=ops.prim.device(like))
              mask = torch.masked_fill(zeros, hidden, float("-inf"))
            torch.append(masks, mask)
            row = row + count
          return masks

        # q, k, v [T, H, D] to [T, E]
        def attend(self: __torch__.Encoder, q: Tensor, k: Tensor, v: Tensor, groups: List[int], tables: List[Tuple[Tensor, Tensor]], masks: List[Optional[Tensor]]) -> Tensor:
          mixed = annotate(List[Tensor], [])
          token = 0
          for i in range(len(groups) // 3):
            count = groups[3 * i]
            longest = groups[3 * i + 1]
            tokens = groups[3 * i + 2]
            into, out = tables[i]
            qs = (self).rows(torch.narrow(q, 0, token, tokens), into, count, longest)
            ks = (self).rows(torch.narrow(k, 0, token, tokens), into, count, longest)
            vs = (self).rows(torch.narrow(v, 0, token, tokens), into, count, longest)
            part = torch.scaled_dot_product_attention(qs, ks, vs, masks[i])               # [rows, H, S, D]
            part = torch.reshape(torch.transpose(part, 1, 2), [-1, ${hidden}])
            if torch.size(out, 0) > 0:
              part = torch.index_select(part, 0, out)
            torch.append(mixed, part)
            token = token + tokens
          return torch.cat(mixed, 0)

        # [tokens, H, D] to [rows, H, S, D]
        def rows(self: __torch__.Encoder, x: Tensor, into: Tensor, count: int, longest: int) -> Tensor:
          if torch.size(into, 0) > 0:
            x = torch.index_select(x, 0, into)
          return torch.transpose(torch.view(x, [count, longest, ${heads}, ${head_dim}]), 1, 2)
      """;
}
