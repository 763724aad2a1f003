package org.cycleqd.lm;

import org.cycleqd.checkpoint.AttentionConfig;

/** The decoding loop: token after token for the sequences in the first slots of a cache. */
final class DecodingMethods {

  /** Rows up to which the other order of factors is the faster one. */
  private static final int FEW = 48;

  private final LlamaExpressions llama;
  private final AttentionConfig attention;

  DecodingMethods(LlamaExpressions llama) {
    this.llama = llama;
    this.attention = llama.config().attention();
  }

  String text() {
    return largest() + choice() + pick() + product() + step() + decoding();
  }

  /**
   * {@code most_probable}: the first of the largest logits [n, V], which may lie in memory as [V,
   * n]. libtorch vectorises the search for a value, but not that for its place, so only the block
   * that holds it is searched for the place.
   */
  private String largest() {
    int words = llama.config().vocabularySize();
    int block = block(words);
    return """
      def most_probable(self: __torch__.Program, logits: Tensor) -> Tensor:
        n = torch.size(logits, 0)
        blocks = torch.view(logits, [n, %1$d, %2$d])
        if torch.is_contiguous(logits):
          largest = torch.amax(blocks, [2])
        else:
          largest = torch.t(torch.amax(torch.view(torch.t(logits), [%1$d, %2$d, n]), [1]))
        at = torch.argmax(largest, 1)
        place = torch.expand(torch.view(at, [n, 1, 1]), [n, 1, %2$d])
        return torch.argmax(torch.squeeze(torch.gather(blocks, 1, place), 1), 1) + at * %2$d
    """
        .formatted(words / block, block);
  }

  /** The largest divisor up to the square root: there are few blocks, and they are short. */
  private static int block(int words) {
    int block = (int) Math.sqrt(words);
    while (words % block != 0) {
      block--;
    }
    return block;
  }

  /**
   * {@code choose}: the most probable token where {@code heat} is 0; else one drawn at that
   * temperature from the smallest set of tokens that holds a share of {@code top} of the
   * probability (Holtzman et al., arXiv 1904.09751), by a number in [0, 1) that the caller gives.
   */
  private String choice() {
    return """
      def choose(self: __torch__.Program, logits: Tensor, heat: Tensor, top: Tensor, draws: Tensor, sampled: bool) -> Tensor:
        best = self.most_probable(logits)
        if not sampled:
          return best
        p = torch.softmax(logits / torch.unsqueeze(torch.clamp(heat, 1e-5), 1), -1)
        sorted, order = torch.sort(p, stable=True, dim=-1, descending=True)
        before = torch.cumsum(sorted, -1) - sorted
        kept = torch.cumsum(torch.masked_fill(sorted, before >= torch.unsqueeze(top, 1), 0.), -1)
        mass = torch.slice(kept, 1, -1)
        number = torch.sum(torch.to(kept <= torch.unsqueeze(draws, 1) * mass, 4), [1])
        most = torch.sum(torch.to(before < torch.unsqueeze(top, 1), 4), [1])
        drawn = torch.gather(order, 1, torch.unsqueeze(torch.minimum(number, torch.clamp(most - 1, 0)), 1))
        return torch.where(heat > 0., torch.squeeze(drawn, 1), best)
    """;
  }

  /**
   * {@code pick}: what follows from logits [n, at least V]: the chosen tokens [n]; if {@code
   * scored}, their log-probabilities; and if {@code k > 0} the {@code k} most probable tokens [n,
   * k] with their log-probabilities.
   */
  private String pick() {
    return """
      def pick(self: __torch__.Program, wide: Tensor, heat: Tensor, top: Tensor, draws: Tensor, sampled: bool, scored: bool, k: int) -> List[Tensor]:
        logits = torch.slice(wide, 1, 0, %d)
        next = self.choose(logits, heat, top, draws, sampled)
        found = [next]
        if scored:
          each = torch.log_softmax(logits, -1)
          found.append(torch.squeeze(torch.gather(each, 1, torch.unsqueeze(next, 1)), 1))
          if k > 0:
            most_probable, name = torch.topk(each, k)
            found.append(name)
            found.append(most_probable)
        return found
    """
        .formatted(llama.config().vocabularySize());
  }

  /**
   * {@code product}: {@code x w^T}. Up to some dozens of rows it is faster the other way round, by
   * up to a half in float32, since the many rows of the weights then come first.
   */
  private static String product() {
    return """
      def product(self: __torch__.Program, x: Tensor, w: Tensor) -> Tensor:
        if torch.size(x, 0) > %d or ops.prim.dtype(x) != 6:
          return torch.linear(x, w)
        return torch.t(torch.matmul(w, torch.t(x)))
    """
        .formatted(FEW);
  }

  /** {@code step}: logits behind one more token of every row, at the row's own position. */
  private String step() {
    return """
      def step(self: __torch__.Program, token: Tensor, place: Tensor, span: int, steps: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> Tensor:
        b = torch.size(token, 0)
        c = torch.view(torch.index_select(cos, 0, place), [b, 1, %1$d])
        s = torch.view(torch.index_select(sin, 0, place), [b, 1, %1$d])
        slot = torch.expand(torch.view(place, [b, 1, 1, 1]), [b, %2$d, 1, %1$d])
        x = torch.embedding(%3$s, token)
        end = min(span, torch.size(steps, 0))
        future = torch.unsqueeze(torch.slice(steps, 0, 0, end), 0) > torch.unsqueeze(place, 1)
        mask = torch.view(torch.masked_fill(torch.new_zeros(x, [b, end]), future, -inf), [b, 1, 1, end])
        for l in range(%4$d):
          i = %5$s
          h = %6$s
          qkv = torch.view(torch.contiguous(%7$s), [b, %8$d, %1$d])
          qk = self.rotate(torch.slice(qkv, 1, 0, %9$d), c, s)
          q = torch.view(torch.slice(qk, 1, 0, %10$d), [b, %2$d, %11$d, %1$d])
          k = torch.unsqueeze(torch.slice(qk, 1, %10$d, %9$d), 2)
          v = torch.unsqueeze(torch.slice(qkv, 1, %9$d, %8$d), 2)
          k2 = torch.slice(torch.scatter_(torch.slice(keys[l], 0, 0, b), 2, slot, k), 2, 0, end)
          v2 = torch.slice(torch.scatter_(torch.slice(values[l], 0, 0, b), 2, slot, v), 2, 0, end)
          a = torch.scaled_dot_product_attention(q, k2, v2, mask, 0., False, scale=None, enable_gqa=False)
          x = self.feed_few(x, torch.reshape(a, [b, %12$d]), i, w)
        return torch.to(self.product(%13$s, %14$s), 6)
    """
        .formatted(
            attention.headDimension(),
            attention.keyValueHeads(),
            llama.embedding(),
            llama.config().layers(),
            llama.layerStart(),
            llama.layerNorm("x", "input_layernorm"),
            llama.attentionInputs("h"),
            attention.heads() + 2 * attention.keyValueHeads(),
            attention.heads() + attention.keyValueHeads(),
            attention.heads(),
            attention.heads() / attention.keyValueHeads(),
            attention.queryWidth(),
            llama.finalNorm("x"),
            llama.head());
  }

  /**
   * {@code decode}: goes on from {@code token} [n], each at its {@code place} [n], until {@code
   * most} steps are done or {@code stop} rows have ended: at one of the row's {@code ends} [n, E],
   * or after {@code left} [n] tokens. Returns the tokens [n, steps], -1 after a row's end, and
   * their log-probabilities if {@code scored}, with the {@code k} most probable tokens [n, steps,
   * k] and their log-probabilities. {@code span} is the largest place, plus 1.
   */
  private String decoding() {
    return """
      def decode(self: __torch__.Program, token: Tensor, place: Tensor, left: Tensor, most: int, stop: int, span: int, ends: Tensor, heat: Tensor, top: Tensor, draws: Tensor, sampled: bool, scored: bool, k: int, steps: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> List[Tensor]:
        n = torch.size(token, 0)
        alive = left > 0
        tokens = annotate(List[Tensor], [])
        own = annotate(List[Tensor], [])
        best = annotate(List[Tensor], [])
        names = annotate(List[Tensor], [])
        t = 0
        ended = 0
        while t < most and ended < stop:
          logits = self.step(token, place, span + t, steps, cos, sin, w, keys, values)
          found = self.pick(logits, heat, top, torch.select(draws, 1, t), sampled, scored, k)
          next = found[0]
          tokens.append(torch.where(alive, next, -1))
          if scored:
            own.append(found[1])
            if k > 0:
              names.append(found[2])
              best.append(found[3])
          t = t + 1
          ending = torch.any(torch.unsqueeze(next, 1) == ends, 1)
          alive = torch.logical_and(torch.logical_and(alive, torch.logical_not(ending)), left > t)
          token = torch.where(alive, next, token)
          place = torch.where(alive, place + 1, place)
          ended = n - int(torch.sum(alive))
        all = [torch.stack(tokens, 1)]
        if scored:
          all.append(torch.stack(own, 1))
          if k > 0:
            all.append(torch.stack(names, 1))
            all.append(torch.stack(best, 1))
        return all
    """;
  }
}
