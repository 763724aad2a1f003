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
 * <p>Methods: {@code logits}, {@code loss} (on one flat vector of all weights, for training), {@code
 * adamw} and {@code generate}. B rows, T positions, V words, C cache positions.
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
    return rotary() + layer() + forward() + training() + generation();
  }

  private String rotary() {
    int half = config.headDim() / 2;
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
        .formatted(input, config.hiddenSize(), weight, config.rmsNormEps());
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
        .formatted(linear("h", name), heads, config.headDim());
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
            heads("self_attn.q_proj", config.heads()),
            heads("self_attn.k_proj", config.keyValueHeads()),
            heads("self_attn.v_proj", config.keyValueHeads()),
            config.heads() == config.keyValueHeads() ? "False" : "True",
            config.heads() * config.headDim(),
            norm("x", "w[%d]".formatted(indexOf("model.norm.weight"))),
            head());
  }

  /**
   * {@code loss}: cross entropy of each next token times its weight, summed; {@code adamw}: one step
   * on the flat vector, which clears the gradient and returns its norm before clipping.
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
        g2 = g * torch.clamp(clip / (norm + 1e-6), None, 1.)
        m2 = torch.add_(torch.mul_(m, beta1), g2, alpha=1. - beta1)
        v2 = torch.addcmul_(torch.mul_(v, beta2), g2, g2, value=1. - beta2)
        scale = torch.add(torch.sqrt(v2 / (1. - beta2 ** step)), 1e-8)
        p2 = torch.addcdiv_(torch.mul_(p, 1. - rate * decay), m2, scale, value=torch.neg(rate / (1. - beta1 ** step)))
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
   * {@code generate}: greedy decoding with drafts. {@code ids} [B, T] holds each row's prompt
   * followed by its draft, padded on the right; one causal pass predicts the token after every
   * position, the longest agreeing part of the draft is accepted, and stepwise decoding goes on from
   * the first difference over the same cache. Returns [B, limit] with -1 after the end.
   */
  private String generation() {
    return """
      def generate(self: __torch__.Program, ids: Tensor, prompts: Tensor, drafts: Tensor, limit: int, ends: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
        b = torch.size(ids, 0)
        t = torch.size(ids, 1)
        keys = annotate(List[Tensor], [])
        values = annotate(List[Tensor], [])
        x = self.hidden(ids, cos, sin, w, keys, values)
        longest = int(torch.max(drafts))
        ahead = torch.arange(longest + 1)
        at = torch.clamp(torch.unsqueeze(prompts, 1) - 1 + torch.unsqueeze(ahead, 0), None, t - 1)
        near = torch.gather(x, 1, torch.expand(torch.unsqueeze(at, 2), [b, longest + 1, %1$d]))
        predicted = torch.argmax(torch.linear(near, %2$s), -1)
        draft = torch.gather(ids, 1, torch.clamp(torch.slice(at, 1, 0, longest) + 1, None, t - 1))
        given = torch.slice(torch.unsqueeze(ahead, 0), 1, 0, longest) < torch.unsqueeze(drafts, 1)
        agree = torch.logical_and(torch.slice(predicted, 1, 0, longest) == draft, given)
        accepted = torch.sum(torch.cumprod(torch.to(agree, 4), 1), [1])
        taken = torch.slice(torch.unsqueeze(ahead, 0), 1, 0, longest) < torch.unsqueeze(accepted, 1)
        ended = torch.any(torch.logical_and(torch.isin(draft, ends), taken), 1)
        out = torch.full([b, limit + 1], -1, dtype=4)
        kept = torch.where(taken, draft, -1)
        width = min(longest, limit)
        o1 = torch.copy_(torch.slice(out, 1, 0, width), torch.slice(kept, 1, 0, width))
        token = torch.squeeze(torch.gather(predicted, 1, torch.unsqueeze(accepted, 1)), 1)
        count = accepted
        alive = torch.logical_and(torch.logical_not(ended), count < limit)
        rows = torch.squeeze(torch.nonzero(alive), 1)
        left = torch.size(rows, 0)
        if left > 0:
          span = int(torch.max(torch.index_select(prompts + accepted, 0, rows)))
          for l in range(%3$d):
            keys[l] = torch.constant_pad_nd(torch.index_select(keys[l], 0, rows), [0, 0, 0, max(span + limit - t, 0)])
            values[l] = torch.constant_pad_nd(torch.index_select(values[l], 0, rows), [0, 0, 0, max(span + limit - t, 0)])
          token = torch.index_select(token, 0, rows)
          count = torch.index_select(count, 0, rows)
          start = torch.index_select(prompts, 0, rows)
          alive = torch.index_select(alive, 0, rows)
          while left > 0:
            o2 = torch.index_put_(out, [rows, torch.where(alive, count, limit)], token)
            count = count + 1
            alive = torch.logical_and(alive, torch.logical_and(torch.logical_not(torch.isin(token, ends)), count < limit))
            left = int(torch.sum(alive))
            size = torch.size(rows, 0)
            if left > 0:
              if left * 4 <= size * 3:
                stay = torch.squeeze(torch.nonzero(alive), 1)
                rows = torch.index_select(rows, 0, stay)
                token = torch.index_select(token, 0, stay)
                count = torch.index_select(count, 0, stay)
                start = torch.index_select(start, 0, stay)
                alive = torch.index_select(alive, 0, stay)
                for l in range(%3$d):
                  keys[l] = torch.index_select(keys[l], 0, stay)
                  values[l] = torch.index_select(values[l], 0, stay)
              place = torch.clamp(start + count - 1, None, torch.size(keys[0], 2) - 1)
              span = span + 1
              token = self.step(token, place, span, cos, sin, w, keys, values)
        return torch.slice(out, 1, 0, limit)
    """
            .formatted(config.hiddenSize(), head(), config.layers())
        + step();
  }

  /** {@code step}: one more token for every row, at the row's own position. */
  private String step() {
    int groups = config.heads() / config.keyValueHeads();
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
            config.headDim(),
            config.keyValueHeads(),
            indexOf("model.embed_tokens.weight"),
            config.layers(),
            firstOfLayers(),
            layerTensors.size(),
            layerNorm("x", "input_layernorm"),
            heads("self_attn.q_proj", config.heads()),
            heads("self_attn.k_proj", config.keyValueHeads()),
            heads("self_attn.v_proj", config.keyValueHeads()),
            groups,
            1.0 / Math.sqrt(config.headDim()),
            config.heads() * config.headDim(),
            norm("x", "w[%d]".formatted(indexOf("model.norm.weight"))),
            head());
  }
}
