package org.cycleqd.lm;

import org.cycleqd.checkpoint.LlamaConfig;

/**
 * The TorchScript text of one Llama architecture. The sizes are written into the text as constants,
 * the weights are arguments, so one compiled program serves every candidate of a search.
 *
 * <p>The architecture is that of Hugging Face's {@code LlamaForCausalLM}: RMS norm {@code x *
 * rsqrt(mean(x^2) + eps) * w}, rotary positions in the half-split layout, grouped-query attention
 * (key-value head {@code j} serves query heads {@code j*g .. j*g+g-1}), SwiGLU.
 *
 * <p>Methods: {@code logits}; {@code loss} (on one flat vector of all weights) and {@code adamw}
 * for training; {@code cache}, {@code predict} and {@code decode} for answers; {@code weight} and
 * {@code put} for weights. No tensor is made on a device by name: all follow the weights.
 */
final class LlamaProgram {

  private LlamaProgram() {}

  /** The program's methods. */
  static String text(LlamaConfig config) {
    LlamaExpressions llama = new LlamaExpressions(config);
    return WeightMethods.text()
        + new ForwardMethods(llama).text()
        + new TrainingMethods(config).text()
        + new CacheMethods(llama).text()
        + new DecodingMethods(llama).text();
  }
}
