package org.cycleqd.lm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.tensor.TensorSpec;

/**
 * The TorchScript text of one Llama architecture. The sizes are written into the text as constants,
 * the weights are arguments, so one compiled program serves every candidate of a search.
 *
 * <p>The architecture is that of Hugging Face's {@code LlamaForCausalLM}: RMS norm {@code x *
 * rsqrt(mean(x^2) + eps) * w}, rotary positions in the half-split layout, grouped-query attention
 * (key-value head {@code j} serves query heads {@code j*g .. j*g+g-1}), SwiGLU.
 *
 * <p>Methods: {@code logits}, {@code loss} (on one flat vector of all weights, for training),
 * {@code adamw} and {@code generate}. B rows, T positions, V words, C cache positions.
 */
final class LlamaProgram {

  private final LlamaConfig config;
  private final List<TensorSpec> tensors;
  private final List<String> layerTensors;

  LlamaProgram(LlamaConfig config) {
    this.config = config;
    this.tensors = config.tensors();
    String first = "model.layers.0.";
    this.layerTensors =
        tensors.stream()
            .map(TensorSpec::name)
            .filter(name -> name.startsWith(first))
            .map(name -> name.substring(first.length()))
            .toList();
  }

  /** The program's methods. */
  String text() {
    return rotary() + layer() + forward() + training() + verification() + step() + generation();
  }

  private String rotary() {
    int half = config.attention().headDimension() / 2;
    return """
      def rotate(self: __torch__.Program, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        first = torch.slice(x, -1, 0, %1$d)
        second = torch.slice(x, -1, %1$d, %2$d)
        return x * cos + torch.cat([torch.neg(second), first], -1) * sin
    """
        .formatted(half, 2 * half);
  }

  /** One projection; {@code i} is the position of the layer's first tensor in {@code w}. */
  private String linear(String input, String name) {
    int bias = layerTensors.indexOf(name + ".bias");
    return "torch.linear(%s, w[i + %d]%s)"
        .formatted(
            input,
            layerTensors.indexOf(name + ".weight"),
            bias < 0 ? "" : ", w[i + %d]".formatted(bias));
  }

  private String norm(String input, String weight) {
    return "torch.rms_norm(%s, [%d], %s, %s)"
        .formatted(input, config.hiddenSize(), weight, config.rmsNormEpsilon());
  }

  private String layerNorm(String input, String name) {
    return norm(input, "w[i + %d]".formatted(layerTensors.indexOf(name + ".weight")));
  }

  private String layer() {
    return """
      def feed(self: __torch__.Program, x: Tensor, i: int, w: List[Tensor]) -> Tensor:
        h = %s
        return x + %s
      def attended(self: __torch__.Program, x: Tensor, a: Tensor, i: int, w: List[Tensor]) -> Tensor:
        return self.feed(x + %s, i, w)
    """
        .formatted(
            layerNorm("x", "post_attention_layernorm"),
            linear(
                "torch.silu(%s) * %s"
                    .formatted(linear("h", "mlp.gate_proj"), linear("h", "mlp.up_proj")),
                "mlp.down_proj"),
            linear("a", "self_attn.o_proj"));
  }

  private String heads(String name, int heads) {
    return "torch.transpose(torch.view(%s, [b, t, %d, %d]), 1, 2)"
        .formatted(linear("h", name), heads, config.attention().headDimension());
  }

  private String head() {
    int embedding = indexOf("model.embed_tokens.weight");
    int head = indexOf("lm_head.weight");
    return "w[%d]".formatted(head < 0 ? embedding : head);
  }

  private int indexOf(String name) {
    return tensors.stream().map(TensorSpec::name).toList().indexOf(name);
  }

  private int firstOfLayers() {
    return indexOf("model.layers.0." + layerTensors.getFirst());
  }

  /** {@code hidden}: all positions at once, causal, filling the caches on the way. */
  private String forward() {
    return """
      def hidden(self: __torch__.Program, ids: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> Tensor:
        b = torch.size(ids, 0)
        t = torch.size(ids, 1)
        c = torch.slice(cos, 0, 0, t)
        s = torch.slice(sin, 0, 0, t)
        x = torch.embedding(w[%1$d], ids)
        for l in range(%2$d):
          i = %3$d + l * %4$d
          h = %5$s
          q = self.rotate(%6$s, c, s)
          k = self.rotate(%7$s, c, s)
          v = %8$s
          keys.append(k)
          values.append(v)
          a = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=%9$s)
          a = torch.reshape(torch.transpose(a, 1, 2), [b, t, %10$d])
          x = self.attended(x, a, i, w)
        return %11$s
      def logits(self: __torch__.Program, ids: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
        keys = annotate(List[Tensor], [])
        values = annotate(List[Tensor], [])
        return torch.linear(self.hidden(ids, cos, sin, w, keys, values), %12$s)
    """
        .formatted(
            indexOf("model.embed_tokens.weight"),
            config.layers(),
            firstOfLayers(),
            layerTensors.size(),
            layerNorm("x", "input_layernorm"),
            heads("self_attn.q_proj", config.attention().heads()),
            heads("self_attn.k_proj", config.attention().keyValueHeads()),
            heads("self_attn.v_proj", config.attention().keyValueHeads()),
            config.attention().heads() == config.attention().keyValueHeads() ? "False" : "True",
            config.attention().heads() * config.attention().headDimension(),
            norm("x", "w[%d]".formatted(indexOf("model.norm.weight"))),
            head());
  }

  /**
   * {@code loss}: cross entropy of each next token times its weight, summed; {@code adamw}: one
   * step on the flat vector, which clears the gradient and returns its norm before clipping.
   */
  private String training() {
    List<String> views = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      views.add("torch.view(p[%d], %s)".formatted(i, tensors.get(i).shape()));
    }
    return """
      def loss(self: __torch__.Program, flat: Tensor, ids: Tensor, weights: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        p = torch.split_with_sizes(flat, [%s], 0)
        w = [%s]
        t = torch.size(ids, 1)
        logits = self.logits(torch.slice(ids, 1, 0, t - 1), cos, sin, w)
        targets = torch.reshape(torch.slice(ids, 1, 1, t), [-1])
        each = torch.cross_entropy_loss(torch.reshape(logits, [-1, %d]), targets, None, 0)
        return torch.sum(each * torch.reshape(torch.slice(weights, 1, 1, t), [-1]))
      def adamw(self: __torch__.Program, p: Tensor, g: Tensor, m: Tensor, v: Tensor, step: int, rate: float, beta1: float, beta2: float, decay: float, clip: float) -> Tensor:
        norm = torch.linalg_vector_norm(g)
        g2 = g * torch.clamp(torch.reciprocal(norm + 1e-6) * clip, None, 1.)
        m2 = torch.add_(torch.mul_(m, beta1), g2, alpha=1. - beta1)
        v2 = torch.addcmul_(torch.mul_(v, beta2), g2, g2, value=1. - beta2)
        scale = torch.add(torch.sqrt(v2 / (1. - beta2 ** step)), 1e-8)
        p2 = torch.addcdiv_(torch.mul_(p, 1. - rate * decay), m2, scale, value=0. - rate / (1. - beta1 ** step))
        g3 = torch.zero_(g)
        return norm
    """
        .formatted(
            tensors.stream()
                .map(spec -> Long.toString(spec.elements()))
                .collect(Collectors.joining(", ")),
            String.join(", ", views),
            config.vocabularySize());
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
        .formatted(config.hiddenSize(), head());
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
              span = span + 1
              place = torch.clamp(start + count - 1, None, span - 1)
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
        .formatted(config.layers());
  }

  /** {@code step}: one more token for every row, at the row's own position. */
  private String step() {
    int groups = config.attention().heads() / config.attention().keyValueHeads();
    return """
      def step(self: __torch__.Program, token: Tensor, place: Tensor, span: int, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> Tensor:
        b = torch.size(token, 0)
        t = 1
        c = torch.view(torch.index_select(cos, 0, place), [b, 1, 1, %1$d])
        s = torch.view(torch.index_select(sin, 0, place), [b, 1, 1, %1$d])
        slot = torch.expand(torch.view(place, [b, 1, 1, 1]), [b, %2$d, 1, %1$d])
        future = torch.view(torch.arange(span), [1, span]) > torch.unsqueeze(place, 1)
        future = torch.view(future, [b, 1, 1, span])
        x = torch.unsqueeze(torch.embedding(w[%3$d], token), 1)
        for l in range(%4$d):
          i = %5$d + l * %6$d
          h = %7$s
          q = self.rotate(%8$s, c, s)
          k = self.rotate(%9$s, c, s)
          v = %10$s
          k2 = torch.scatter_(keys[l], 2, slot, k)
          v2 = torch.scatter_(values[l], 2, slot, v)
          grouped = torch.view(q, [b, %2$d, %11$d, %1$d])
          scores = torch.matmul(grouped, torch.transpose(torch.slice(keys[l], 2, 0, span), 2, 3)) * %12$s
          weights = torch.softmax(torch.masked_fill(scores, future, -inf), -1)
          a = torch.reshape(torch.matmul(weights, torch.slice(values[l], 2, 0, span)), [b, 1, %13$d])
          x = self.attended(x, a, i, w)
        return torch.argmax(torch.linear(torch.squeeze(%14$s, 1), %15$s), -1)
    """
        .formatted(
            config.attention().headDimension(),
            config.attention().keyValueHeads(),
            indexOf("model.embed_tokens.weight"),
            config.layers(),
            firstOfLayers(),
            layerTensors.size(),
            layerNorm("x", "input_layernorm"),
            heads("self_attn.q_proj", config.attention().heads()),
            heads("self_attn.k_proj", config.attention().keyValueHeads()),
            heads("self_attn.v_proj", config.attention().keyValueHeads()),
            groups,
            1.0 / Math.sqrt(config.attention().headDimension()),
            config.attention().heads() * config.attention().headDimension(),
            norm("x", "w[%d]".formatted(indexOf("model.norm.weight"))),
            head());
  }
}
