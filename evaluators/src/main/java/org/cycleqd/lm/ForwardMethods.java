package org.cycleqd.lm;

import java.util.function.BinaryOperator;
import org.cycleqd.checkpoint.AttentionConfig;

/**
 * The forward pass over whole sequences: {@code rotate}, {@code project}, {@code feed}, {@code
 * hidden} and {@code logits}.
 */
final class ForwardMethods {

  private final LlamaExpressions llama;
  private final AttentionConfig attention;

  ForwardMethods(LlamaExpressions llama) {
    this.llama = llama;
    this.attention = llama.config().attention();
  }

  String text() {
    return rotate() + project() + feed() + hidden();
  }

  private String rotate() {
    int half = attention.headDimension() / 2;
    return """
      def rotate(self: __torch__.Program, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        first = torch.slice(x, -1, 0, %1$d)
        second = torch.slice(x, -1, %1$d, %2$d)
        return x * cos + torch.cat([torch.neg(second), first], -1) * sin
    """
        .formatted(half, 2 * half);
  }

  /** Queries [B, heads, T, d], keys and values [B, key-value heads, T, d] of a layer's input. */
  private String project() {
    return """
      def project(self: __torch__.Program, x: Tensor, i: int, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
        b = torch.size(x, 0)
        t = torch.size(x, 1)
        h = %s
        q = %s
        k = %s
        v = %s
        return (self.rotate(q, cos, sin), self.rotate(k, cos, sin), v)
    """
        .formatted(
            llama.layerNorm("x", "input_layernorm"),
            heads("self_attn.q_proj", attention.heads()),
            heads("self_attn.k_proj", attention.keyValueHeads()),
            heads("self_attn.v_proj", attention.keyValueHeads()));
  }

  private String heads(String name, int heads) {
    return "torch.transpose(torch.view(%s, [b, t, %d, %d]), 1, 2)"
        .formatted(llama.linear("h", name), heads, attention.headDimension());
  }

  /** The rest of a layer after attention: output projection, residual, SwiGLU. */
  private String feed() {
    return feed("feed", llama::linear) + feed("feed_few", llama::product);
  }

  private String feed(String method, BinaryOperator<String> linear) {
    String gated =
        "torch.silu(%s) * %s"
            .formatted(linear.apply("h", "mlp.gate_proj"), linear.apply("h", "mlp.up_proj"));
    return """
      def %s(self: __torch__.Program, x: Tensor, attended: Tensor, i: int, w: List[Tensor]) -> Tensor:
        y = x + %s
        h = %s
        return y + %s
    """
        .formatted(
            method,
            linear.apply("attended", "self_attn.o_proj"),
            llama.layerNorm("y", "post_attention_layernorm"),
            linear.apply(gated, "mlp.down_proj"));
  }

  /** {@code hidden}: all positions of sequences of one length at once, causal. */
  private String hidden() {
    return """
      def hidden(self: __torch__.Program, ids: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
        b = torch.size(ids, 0)
        t = torch.size(ids, 1)
        c = torch.slice(cos, 0, 0, t)
        s = torch.slice(sin, 0, 0, t)
        x = torch.embedding(%s, ids)
        for l in range(%d):
          i = %s
          q, k, v = self.project(x, i, c, s, w)
          a = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=%s)
          x = self.feed(x, torch.reshape(torch.transpose(a, 1, 2), [b, t, %d]), i, w)
        return %s
      def logits(self: __torch__.Program, ids: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
        return torch.linear(self.hidden(ids, cos, sin, w), %s)
      def single_logits(self: __torch__.Program, ids: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
        return torch.to(self.logits(ids, cos, sin, w), 6)
    """
        .formatted(
            llama.embedding(),
            llama.config().layers(),
            llama.layerStart(),
            attention.heads() == attention.keyValueHeads() ? "False" : "True",
            attention.queryWidth(),
            llama.finalNorm("x"),
            llama.head());
  }
}
