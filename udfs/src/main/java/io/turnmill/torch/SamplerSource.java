package io.turnmill.torch;

/**
 * TorchScript source of the sampler: see {@link io.turnmill.engine.Draw} for what it must do. N
 * rows, V the vocabulary, C candidates.
 */
final class SamplerSource {
  static final String CLASS_NAME = "Sampler";

  /** Columns of {@code draws}. */
  static final int COLUMNS = 5;

  /** Columns of {@code edits}. */
  static final int EDIT_COLUMNS = 5;

  static final String TEXT =
      """
      class Sampler(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool

        # scores      float32 [N, V]
        # draws       float32 [N, 5]: temperature, top k, top p, min p, uniform
        # greedy      int64: rows that are greedy and whose scores are changed
        # sampled     int64: rows that are not greedy
        # …_edits     changes of the scores of these, rows counted within their list: see edit
        # candidates  so many of the most probable tokens are looked at
        # most        so many of the likeliest tokens are told, or as many as there are
        # finite      [R], of the batch that the scores come from: see flags
        # returns     float64 [3 N + R + 2 N most]: ids; log-probabilities; 1 where the id is settled, and 0 where
        #             more candidates have to be looked at; 1 where finite; ids of the likeliest, in no order;
        #             their log-probabilities
        def draw(self: __torch__.Sampler, scores: Tensor, draws: Tensor, greedy: Tensor, greedy_edits: Tensor, sampled: Tensor, sampled_edits: Tensor, candidates: int, most: int, finite: Tensor) -> Tensor:
          device = ops.prim.device(scores)
          _, ids = torch.max(scores, -1)                                        # [N]; the first of equals
          settled = torch.ones_like(ids)
          if torch.size(greedy, 0) > 0:
            rows = torch.to(greedy, device, 4, True)
            changed = (self).edit(torch.index_select(scores, 0, rows), greedy_edits)
            ids = torch.index_copy(ids, 0, rows, torch.argmax(changed, -1))
          if torch.size(sampled, 0) > 0:
            rows = torch.to(sampled, device, 4, True)
            part = torch.index_select(torch.to(draws, device, 6, True), 0, rows)
            changed = (self).edit(torch.index_select(scores, 0, rows), sampled_edits)
            scaled = changed / torch.narrow(part, 1, 0, 1)                      # [sampled, V]
            picked, sure = (self).pick(scaled, part, min(candidates, torch.size(scaled, 1)))
            ids = torch.index_copy(ids, 0, rows, picked)
            settled = torch.index_copy(settled, 0, rows, torch.to(sure, 4))
          # One pass over each row, in cache: cheaper than the sum of exponentials by itself.
          logprobs = torch.log_softmax(scores, -1)                              # [N, V]
          chosen = torch.squeeze(torch.gather(logprobs, 1, torch.unsqueeze(ids, 1)), 1)
          sound = torch.isfinite(torch.sum(scores, [-1]))
          chosen = torch.masked_fill(chosen, torch.logical_not(sound), float("nan"))
          home = [torch.to(ids, 7), torch.to(chosen, 7), torch.to(settled, 7), (self).flags(finite)]
          if most > 0:
            values, likeliest = torch.topk(logprobs, ops.prim.min(most, torch.size(scores, 1)))
            torch.append(home, torch.to(torch.reshape(likeliest, [-1]), 7))
            torch.append(home, torch.to(torch.reshape(values, [-1]), 7))
          return torch.cat(home, 0)

        # Some rows of the scores.
        def rows(self: __torch__.Sampler, scores: Tensor, rows: Tensor) -> Tensor:
          return torch.index_select(scores, 0, torch.to(rows, ops.prim.device(scores), 4, True))

        # float64 [R]: 1 where the row's last state was finite, else 0.
        def flags(self: __torch__.Sampler, finite: Tensor) -> Tensor:
          return torch.to(torch.reshape(finite, [-1]), 7)

        # Changes scores in place.
        # edits       float32 [E, 5]: row, id (exact up to 2 to the 24th), bias, repetition, deduction; no place twice
        def edit(self: __torch__.Sampler, scores: Tensor, edits: Tensor) -> Tensor:
          if torch.size(edits, 0) > 0:
            there = torch.to(edits, ops.prim.device(scores), 6, True)
            rows = torch.to(torch.select(there, 1, 0), 4)                       # [E]
            ids = torch.to(torch.select(there, 1, 1), 4)
            repetition = torch.select(there, 1, 3)
            biased = torch.index(scores, [rows, ids]) + torch.select(there, 1, 2)
            penalised = torch.where(biased > 0, biased / repetition, biased * repetition)
            _ = torch.index_put_(scores, [rows, ids], penalised - torch.select(there, 1, 4))
          return scores

        # The C most probable tokens, the most probable first and among equals the smaller id. Which of
        # several tokens as good as the last one are among them is left open.
        def best(self: __torch__.Sampler, scaled: Tensor, candidates: int) -> Tuple[Tensor, Tensor]:
          values, ids = torch.topk(scaled, candidates)                          # [N, C]
          bits = torch.to(torch.view_copy(values + 0., dtype=3), 4)             # -0 and 0 are equal
          signed = torch.where(bits >= 0, bits, -2147483648 - bits)             # sorts as the values do
          _, places = torch.sort(signed * 16777216 - ids, -1, True)
          return (torch.gather(values, 1, places), torch.gather(ids, 1, places))

        # Draws from the C most probable tokens. A row is settled when the others cannot matter to it, which
        # is so when there are none.
        def pick(self: __torch__.Sampler, scaled: Tensor, draws: Tensor, candidates: int) -> Tuple[Tensor, Tensor]:
          top_k = torch.narrow(draws, 1, 1, 1)                                  # [N, 1]
          top_p = torch.to(torch.narrow(draws, 1, 2, 1), 7)
          min_p = torch.to(torch.narrow(draws, 1, 3, 1), 7)
          uniform = torch.to(torch.narrow(draws, 1, 4, 1), 7)
          all_k = top_k == 0
          values, ids = (self).best(scaled, candidates)                         # [N, C]
          shares = torch.exp(torch.to(values - torch.logsumexp(scaled, [-1], True), 7))
          ranks = torch.unsqueeze(torch.arange(candidates, device=ops.prim.device(scaled)), 0)
          in_k = torch.logical_or(all_k, ranks < top_k)
          shares = torch.masked_fill(shares, torch.logical_not(in_k), 0.)       # [N, C]
          mass = torch.sum(shares, [-1], True)
          if candidates < torch.size(scaled, 1):
            mass = torch.masked_fill(mass, all_k, 1.)
          in_p = torch.logical_or(top_p >= 1, torch.cumsum(shares, -1) - shares < top_p * mass)
          in_min = shares >= min_p * torch.narrow(shares, 1, 0, 1)
          kept = torch.logical_and(torch.logical_and(in_k, in_p), in_min)       # [N, C]: the first so many
          shares = torch.masked_fill(shares, torch.logical_not(kept), 0.)
          running = torch.cumsum(shares, -1)
          uncut = torch.logical_and(all_k, torch.logical_and(top_p >= 1, min_p == 0))
          mass = torch.where(uncut, mass, torch.narrow(running, 1, candidates - 1, 1))
          rank = torch.sum(running <= uniform * mass, [-1], True)               # [N, 1]
          last = torch.sum(kept, [-1], True) - 1
          # Nothing beyond the candidates matters when the last token that does is better than the worst.
          reach = torch.clamp(torch.where(uncut, rank, last), 0, candidates - 1)
          settled = torch.gather(values, 1, reach) > torch.narrow(values, 1, candidates - 1, 1)
          settled = torch.logical_and(settled, top_k <= candidates)
          if candidates == torch.size(scaled, 1):
            settled = torch.ones_like(settled)
          rank = torch.clamp(torch.minimum(rank, last), 0)
          return (torch.squeeze(torch.gather(ids, 1, rank), 1), torch.squeeze(settled, 1))
      """;

  private SamplerSource() {}
}
