package org.cycleqd.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * The element types of the safetensors format, under the format's own names.
 *
 * <p>They stand in the order of the reference implementation, narrow ones first; files are laid out
 * in the opposite order so that every tensor is aligned.
 */
public enum DType {
  /** Boolean, one byte. */
  BOOL(8),
  /** 4-bit float of the MX formats. */
  F4(4),
  /** 6-bit float, 2 exponent bits. */
  F6_E2M3(6),
  /** 6-bit float, 3 exponent bits. */
  F6_E3M2(6),
  /** Unsigned byte. */
  U8(8),
  /** Signed byte. */
  I8(8),
  /** 8-bit float, 5 exponent bits. */
  F8_E5M2(8),
  /** 8-bit float, 4 exponent bits. */
  F8_E4M3(8),
  /** 8-bit power-of-two scale. */
  F8_E8M0(8),
  /** 8-bit float, 4 exponent bits, unsigned zero. */
  F8_E4M3FNUZ(8),
  /** 8-bit float, 5 exponent bits, unsigned zero. */
  F8_E5M2FNUZ(8),
  /** Signed 16-bit integer. */
  I16(16),
  /** Unsigned 16-bit integer. */
  U16(16),
  /** IEEE 754 half precision. */
  F16(16),
  /** Brain float: the upper half of a float32. */
  BF16(16),
  /** Signed 32-bit integer. */
  I32(32),
  /** Unsigned 32-bit integer. */
  U32(32),
  /** IEEE 754 single precision. */
  F32(32),
  /** Complex of two float32. */
  C64(64),
  /** IEEE 754 double precision. */
  F64(64),
  /** Signed 64-bit integer. */
  I64(64),
  /** Unsigned 64-bit integer. */
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Width of an element in bits. */
  public int bits() {
    return bits;
  }

  /** Whether weights can be read as float32 without loss: F32, BF16 and F16. */
  public boolean isWeight() {
    return this == F32 || this == BF16 || this == F16;
  }

  /**
   * The largest float32 that does not round to infinity.
   *
   * @throws IllegalArgumentException if this is no dtype of weights
   */
  public float largest() {
    return switch (this) {
      case F32 -> Float.MAX_VALUE;
      case BF16 -> Float.intBitsToFloat(0x7F7F_7FFF);
      case F16 -> Math.nextDown(65520f);
      default -> throw new IllegalArgumentException("no weight dtype: " + this);
    };
  }

  /**
   * The name that PyTorch, model configurations and merge recipes use, e.g. {@code bfloat16}.
   *
   * @throws IllegalArgumentException if this is no dtype of weights, see {@link #isWeight}
   */
  public String torchName() {
    return switch (this) {
      case F32 -> "float32";
      case BF16 -> "bfloat16";
      case F16 -> "float16";
      default -> throw new IllegalArgumentException("no weight dtype: " + this);
    };
  }

  /** The dtype of weights that PyTorch calls {@code name}, or empty for another name. */
  public static Optional<DType> torchNamed(String name) {
    return Arrays.stream(values())
        .filter(dtype -> dtype.isWeight() && dtype.torchName().equals(name))
        .findFirst();
  }

  /** The dtype that the format calls {@code name}, or empty for an unknown name. */
  public static Optional<DType> named(String name) {
    return Arrays.stream(values()).filter(dtype -> dtype.name().equals(name)).findFirst();
  }
}
