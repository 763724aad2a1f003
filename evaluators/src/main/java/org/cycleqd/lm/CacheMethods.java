package org.cycleqd.lm;

import org.cycleqd.checkpoint.AttentionConfig;

/**
 * The key-value cache and the passes that fill it.
 *
 * <p>A cache is a list of one tensor per layer, [slots, key-value heads, capacity, head_dim]; a
 * slot holds one sequence. New tokens of many sequences of any lengths are computed in one pass
 * without padding: all but attention works on the tokens of all sequences one behind the other.
 */
final class CacheMethods {

  /** Most logits in memory at a time, in elements. */
  private static final int LOGITS = 1 << 24;

  private final LlamaExpressions llama;
  private final AttentionConfig attention;

  CacheMethods(LlamaExpressions llama) {
    this.llama = llama;
    this.attention = llama.config().attention();
  }

  String text() {
    return storage() + extension() + attend() + prediction();
  }

  /**
   * {@code cache}: empty caches with the type and place of the weights; {@code share} copies the
   * start of one slot into others; {@code swap} exchanges two slots.
   */
  private String storage() {
    return """
      def cache(self: __torch__.Program, slots: int, capacity: int, w: List[Tensor]) -> List[Tensor]:
        empty = annotate(List[Tensor], [])
        for l in range(%d):
          empty.append(torch.new_zeros(w[0], [slots, %d, capacity, %d]))
        return empty
      def share(self: __torch__.Program, source: int, targets: Tensor, length: int, keys: List[Tensor], values: List[Tensor]) -> Tensor:
        n = torch.size(targets, 0)
        for l in range(%1$d):
          k = torch.slice(keys[l], 2, 0, length)
          v = torch.slice(values[l], 2, 0, length)
          o1 = torch.index_copy_(k, 0, targets, torch.expand(torch.slice(k, 0, source, source + 1), [n, -1, -1, -1]))
          o2 = torch.index_copy_(v, 0, targets, torch.expand(torch.slice(v, 0, source, source + 1), [n, -1, -1, -1]))
        return targets
      def swap(self: __torch__.Program, pair: Tensor, length: int, keys: List[Tensor], values: List[Tensor]) -> Tensor:
        turned = torch.flip(pair, [0])
        for l in range(%1$d):
          k = torch.slice(keys[l], 2, 0, length)
          v = torch.slice(values[l], 2, 0, length)
          o1 = torch.index_copy_(k, 0, turned, torch.index_select(k, 0, pair))
          o2 = torch.index_copy_(v, 0, turned, torch.index_select(v, 0, pair))
        return pair
    """
        .formatted(llama.config().layers(), attention.keyValueHeads(), attention.headDimension());
  }

  /**
   * {@code extend}: the last layer's output for new tokens, [N, hidden]. {@code ids}, {@code rows}
   * (slots) and {@code places} (positions) are [N]. {@code groups} holds three numbers for every
   * run of sequences that look alike: how many sequences, new tokens of each, and cached tokens
   * before them.
   */
  private String extension() {
    return """
      def extend(self: __torch__.Program, ids: Tensor, rows: Tensor, places: Tensor, groups: List[int], steps: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> Tensor:
        n = torch.size(ids, 0)
        c = torch.unsqueeze(torch.index_select(cos, 0, places), 1)
        s = torch.unsqueeze(torch.index_select(sin, 0, places), 1)
        x = torch.embedding(%1$s, ids)
        for l in range(%2$d):
          i = %3$s
          h = %4$s
          q = self.rotate(torch.view(%5$s, [n, %6$d, %8$d]), c, s)
          k = self.rotate(torch.view(%7$s, [n, %9$d, %8$d]), c, s)
          v = torch.view(%10$s, [n, %9$d, %8$d])
          o1 = torch.index_put_(torch.transpose(keys[l], 1, 2), [rows, places], k)
          o2 = torch.index_put_(torch.transpose(values[l], 1, 2), [rows, places], v)
          parts = annotate(List[Tensor], [])
          first = 0
          for g in range(len(groups) // 3):
            m = groups[3 * g]
            t = groups[3 * g + 1]
            last = first + m * t
            parts.append(self.attend(torch.slice(q, 0, first, last), torch.slice(k, 0, first, last), torch.slice(v, 0, first, last), torch.slice(rows, 0, first, last, t), m, t, groups[3 * g + 2], steps, keys[l], values[l]))
            first = last
          x = self.feed(x, torch.cat(parts, 0), i, w)
        return x
    """
        .formatted(
            llama.embedding(),
            llama.config().layers(),
            llama.layerStart(),
            llama.layerNorm("x", "input_layernorm"),
            llama.linear("h", "self_attn.q_proj"),
            attention.heads(),
            llama.linear("h", "self_attn.k_proj"),
            attention.headDimension(),
            attention.keyValueHeads(),
            llama.linear("h", "self_attn.v_proj"));
  }

  /** Causal attention of {@code m} sequences of {@code t} new tokens behind {@code p} cached. */
  private String attend() {
    String gqa = attention.heads() == attention.keyValueHeads() ? "False" : "True";
    return """
      def attend(self: __torch__.Program, q: Tensor, k: Tensor, v: Tensor, slots: Tensor, m: int, t: int, p: int, steps: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        q2 = torch.transpose(torch.view(q, [m, t, %1$d, %2$d]), 1, 2)
        if p == 0:
          k2 = torch.transpose(torch.view(k, [m, t, %3$d, %2$d]), 1, 2)
          v2 = torch.transpose(torch.view(v, [m, t, %3$d, %2$d]), 1, 2)
          a = torch.scaled_dot_product_attention(q2, k2, v2, None, 0., True, scale=None, enable_gqa=%4$s)
        else:
          k3 = torch.index_select(torch.slice(keys, 2, 0, p + t), 0, slots)
          v3 = torch.index_select(torch.slice(values, 2, 0, p + t), 0, slots)
          seen = torch.unsqueeze(torch.slice(steps, 0, 0, p + t), 0) <= torch.unsqueeze(torch.slice(steps, 0, p, p + t), 1)
          a = torch.scaled_dot_product_attention(q2, k3, v3, seen, 0., False, scale=None, enable_gqa=%4$s)
        return torch.reshape(torch.transpose(a, 1, 2), [m * t, %5$d])
    """
        .formatted(
            attention.heads(),
            attention.headDimension(),
            attention.keyValueHeads(),
            gqa,
            attention.queryWidth());
  }

  /**
   * {@code predict}: what follows the {@code wanted} [M] tokens of a pass: the chosen tokens, their
   * log-probabilities, and those of {@code targets} [M]; the latter two only if {@code scored},
   * then with the {@code k} most probable tokens [M, k] and their log-probabilities.
   */
  private String prediction() {
    return """
      def predict(self: __torch__.Program, ids: Tensor, rows: Tensor, places: Tensor, groups: List[int], wanted: Tensor, targets: Tensor, heat: Tensor, top: Tensor, draws: Tensor, sampled: bool, scored: bool, k: int, steps: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> List[Tensor]:
        x = torch.index_select(self.extend(ids, rows, places, groups, steps, cos, sin, w, keys, values), 0, wanted)
        m = torch.size(wanted, 0)
        chosen = annotate(List[Tensor], [])
        own = annotate(List[Tensor], [])
        given = annotate(List[Tensor], [])
        best = annotate(List[Tensor], [])
        names = annotate(List[Tensor], [])
        first = 0
        while first < m:
          last = min(m, first + %d)
          x2 = torch.slice(x, 0, first, last)
          logits = torch.to(torch.linear(%s, %s), 6)
          token = self.choose(logits, torch.slice(heat, 0, first, last), torch.slice(top, 0, first, last), torch.slice(draws, 0, first, last), sampled)
          chosen.append(token)
          if scored:
            each = torch.log_softmax(logits, -1)
            own.append(torch.squeeze(torch.gather(each, 1, torch.unsqueeze(token, 1)), 1))
            given.append(torch.squeeze(torch.gather(each, 1, torch.unsqueeze(torch.slice(targets, 0, first, last), 1)), 1))
            if k > 0:
              most_probable, name = torch.topk(each, k)
              best.append(most_probable)
              names.append(name)
          first = last
        found = [torch.cat(chosen, 0)]
        if scored:
          found.append(torch.cat(own, 0))
          found.append(torch.cat(given, 0))
          if k > 0:
            found.append(torch.cat(names, 0))
            found.append(torch.cat(best, 0))
        return found
    """
        .formatted(
            Math.max(1, LOGITS / llama.config().vocabularySize()),
            llama.finalNorm("x2"),
            llama.head());
  }
}
