package org.cycleqd.experiment;

/** The number format of the weights that are written. */
public enum WeightType {
  /** 16 bits with 8 of significand. */
  BFLOAT16,
  /** 32 bits. */
  FLOAT32
}
