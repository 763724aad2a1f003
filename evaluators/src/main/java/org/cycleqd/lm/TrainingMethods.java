package org.cycleqd.lm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.tensor.TensorSpec;

/** Loss and optimiser, on one flat vector that holds all weights in the order of the tensors. */
final class TrainingMethods {

  private final LlamaConfig config;
  private final List<TensorSpec> tensors;

  TrainingMethods(LlamaConfig config) {
    this.config = config;
    this.tensors = config.tensors();
  }

  /**
   * {@code loss}: cross entropy of each next token times its weight, summed; {@code adamw}: one
   * step on the flat vector, which clears the gradient and returns its norm before clipping.
   */
  String text() {
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
}
