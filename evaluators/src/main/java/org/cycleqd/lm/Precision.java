package org.cycleqd.lm;

import java.util.Locale;

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

  /**
   * The precision of this name, {@code f32}, {@code bf16} or {@code f16}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Precision labelled(String name) {
    for (Precision precision : values()) {
      if (precision.label().equals(name)) {
        return precision;
      }
    }
    throw new IllegalArgumentException("is '%s', expected one of f32, bf16, f16".formatted(name));
  }

  /** The name that users give. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Bytes of an element. */
  public int bytes() {
    return this == F32 ? Float.BYTES : Short.BYTES;
  }

  /** libtorch's number of the type. */
  int torchType() {
    return torchType;
  }
}
