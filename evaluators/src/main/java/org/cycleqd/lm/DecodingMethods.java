package org.cycleqd.lm;

import org.cycleqd.checkpoint.AttentionConfig;

/** Greedy decoding of whole batches over a key-value cache. */
final class DecodingMethods {

  private final LlamaExpressions llama;
  private final AttentionConfig attention;

  DecodingMethods(LlamaExpressions llama) {
    this.llama = llama;
    this.attention = llama.config().attention();
  }

  String text() {
    return verification() + step() + generation();
  }

  /**
   * {@code verify}: the token that the model puts after each position from the prompt's last one
   * on, [B, longest draft + 1], with the caches of the pass.
   */
  private String verification() {
    return """
      def verify(self: __torch__.Program, ids: Tensor, prompts: Tensor, drafts: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> Tensor:
        b = torch.size(ids, 0)
        t = torch.size(ids, 1)
        x = self.hidden(ids, cos, sin, w, keys, values)
        ahead = torch.arange(int(torch.max(drafts)) + 1)
        at = torch.clamp(torch.unsqueeze(prompts, 1) - 1 + torch.unsqueeze(ahead, 0), None, t - 1)
        near = torch.gather(x, 1, torch.expand(torch.unsqueeze(at, 2), [b, torch.size(ahead, 0), %d]))
        return torch.argmax(torch.linear(near, %s), -1)
    """
        .formatted(llama.config().hiddenSize(), llama.head());
  }

  /**
   * {@code generate}: greedy decoding with drafts. {@code ids} [B, T] holds each row's prompt
   * followed by its draft, padded on the right, rows of like length together. Causal passes over
   * tiles of about {@code tile} tokens predict the token after every position; the longest agreeing
   * part of each draft is accepted, and stepwise decoding goes on from the first difference over
   * the same cache. Returns [B, limit] with -1 after the end.
   */
  private String generation() {
    return """
      def generate(self: __torch__.Program, ids: Tensor, prompts: Tensor, drafts: Tensor, limit: int, ends: Tensor, tile: int, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
        b = torch.size(ids, 0)
        lengths = prompts + drafts
        longest = int(torch.max(drafts))
        keys = annotate(List[Tensor], [])
        values = annotate(List[Tensor], [])
        guesses = annotate(List[Tensor], [])
        firsts = annotate(List[int], [])
        first = 0
        while first < b:
          last = min(b, first + max(1, tile // int(torch.max(torch.slice(lengths, 0, first, first + 1)))))
          t = int(torch.max(torch.slice(lengths, 0, first, last)))
          part = torch.slice(torch.slice(ids, 0, first, last), 1, 0, t)
          guess = self.verify(part, torch.slice(prompts, 0, first, last), torch.slice(drafts, 0, first, last), cos, sin, w, keys, values)
          guesses.append(torch.constant_pad_nd(guess, [0, longest + 1 - torch.size(guess, 1)]))
          firsts.append(first)
          first = last
        firsts.append(b)
        predicted = torch.cat(guesses, 0)
        ahead = torch.unsqueeze(torch.arange(longest), 0)
        draft = torch.gather(ids, 1, torch.clamp(torch.unsqueeze(prompts, 1) + ahead, None, torch.size(ids, 1) - 1))
        agree = torch.logical_and(torch.slice(predicted, 1, 0, longest) == draft, ahead < torch.unsqueeze(drafts, 1))
        accepted = torch.sum(torch.cumprod(torch.to(agree, 4), 1), [1])
        taken = ahead < torch.unsqueeze(accepted, 1)
        ended = torch.any(torch.logical_and(torch.isin(draft, ends), taken), 1)
        out = torch.full([b, limit + 1], -1, dtype=4)
        width = min(longest, limit)
        o1 = torch.copy_(torch.slice(out, 1, 0, width), torch.slice(torch.where(taken, draft, -1), 1, 0, width))
        alive = torch.logical_and(torch.logical_not(ended), accepted < limit)
        rows = torch.squeeze(torch.nonzero(alive), 1)
        left = torch.size(rows, 0)
        if left > 0:
          start = torch.index_select(prompts, 0, rows)
          count = torch.index_select(accepted, 0, rows)
          token = torch.index_select(torch.squeeze(torch.gather(predicted, 1, torch.unsqueeze(accepted, 1)), 1), 0, rows)
          span = int(torch.max(start + count))
          keys = self.gathered(keys, alive, firsts, span + limit)
          values = self.gathered(values, alive, firsts, span + limit)
          alive = torch.index_select(alive, 0, rows)
          while left > 0:
            o2 = torch.index_put_(out, [rows, torch.where(alive, count, limit)], token)
            count = count + 1
            alive = torch.logical_and(alive, torch.logical_and(torch.logical_not(torch.isin(token, ends)), count < limit))
            left = int(torch.sum(alive))
            if left > 0:
              if left * 4 <= torch.size(rows, 0) * 3:
                stay = torch.squeeze(torch.nonzero(alive), 1)
                rows = torch.index_select(rows, 0, stay)
                token = torch.index_select(token, 0, stay)
                count = torch.index_select(count, 0, stay)
                start = torch.index_select(start, 0, stay)
                alive = torch.index_select(alive, 0, stay)
                for l in range(%1$d):
                  keys[l] = torch.index_select(keys[l], 0, stay)
                  values[l] = torch.index_select(values[l], 0, stay)
              place = torch.where(alive, start + count - 1, 0)
              span = int(torch.max(place)) + 1
              token = self.step(token, place, span, cos, sin, w, keys, values)
        return torch.slice(out, 1, 0, limit)
      def gathered(self: __torch__.Program, tiles: List[Tensor], alive: Tensor, firsts: List[int], room: int) -> List[Tensor]:
        merged = annotate(List[Tensor], [])
        for l in range(%1$d):
          parts = annotate(List[Tensor], [])
          for i in range(len(firsts) - 1):
            rows = torch.squeeze(torch.nonzero(torch.slice(alive, 0, firsts[i], firsts[i + 1])), 1)
            part = torch.index_select(tiles[i * %1$d + l], 0, rows)
            parts.append(torch.constant_pad_nd(part, [0, 0, 0, room - torch.size(part, 2)]))
          merged.append(torch.cat(parts, 0))
        return merged
    """
        .formatted(llama.config().layers());
  }

  /** {@code step}: one more token for every row, at the row's own position. */
  private String step() {
    return """
      def step(self: __torch__.Program, token: Tensor, place: Tensor, span: int, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> Tensor:
        b = torch.size(token, 0)
        c = torch.view(torch.index_select(cos, 0, place), [b, 1, 1, %1$d])
        s = torch.view(torch.index_select(sin, 0, place), [b, 1, 1, %1$d])
        slot = torch.expand(torch.view(place, [b, 1, 1, 1]), [b, %2$d, 1, %1$d])
        future = torch.view(torch.arange(span), [1, span]) > torch.unsqueeze(place, 1)
        future = torch.view(future, [b, 1, 1, span])
        x = torch.unsqueeze(torch.embedding(%3$s, token), 1)
        for l in range(%4$d):
          i = %5$s
          q, k, v = self.project(x, i, c, s, w)
          k2 = torch.scatter_(keys[l], 2, slot, k)
          v2 = torch.scatter_(values[l], 2, slot, v)
          grouped = torch.view(q, [b, %2$d, %6$d, %1$d])
          scores = torch.matmul(grouped, torch.transpose(torch.slice(keys[l], 2, 0, span), 2, 3)) * %7$s
          weights = torch.softmax(torch.masked_fill(scores, future, -inf), -1)
          a = torch.reshape(torch.matmul(weights, torch.slice(values[l], 2, 0, span)), [b, 1, %8$d])
          x = self.feed(x, a, i, w)
        return torch.argmax(torch.linear(torch.squeeze(%9$s, 1), %10$s), -1)
    """
        .formatted(
            attention.headDimension(),
            attention.keyValueHeads(),
            llama.embedding(),
            llama.config().layers(),
            llama.layerStart(),
            attention.heads() / attention.keyValueHeads(),
            1.0 / Math.sqrt(attention.headDimension()),
            attention.queryWidth(),
            llama.finalNorm("x"),
            llama.head());
  }
}
