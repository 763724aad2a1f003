package org.cycleqd.lm;

/** The type of live weights, activations and caches; logits are float32 always. */
public enum Precision {
  /** float32. */
  F32(6),
  /** bfloat16, with sums in float32 where the processor has such products. */
  BF16(15),
  /** float16; for GPUs. */
  F16(5);

  private final int torchType;

  Precision(int torchType) {
    this.torchType = torchType;
  }

  /** libtorch's number of the type. */
  int torchType() {
    return torchType;
  }
}
