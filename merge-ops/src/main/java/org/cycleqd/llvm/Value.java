package org.cycleqd.llvm;

/**
 * A value of LLVM's intermediate representation.
 *
 * @param type its type, such as {@code i64} or {@code <16 x float>}
 * @param text its name, or the number of a constant
 */
public record Value(String type, String text) {

  /** 64-bit integers. */
  public static final String LONG = "i64";

  /** Addresses; what lies there is said when it is read or written. */
  public static final String ADDRESS = "i8*";

  /** 32-bit numbers. */
  public static final String FLOAT = "float";

  /** An integer. */
  public static Value of(long number) {
    return new Value(LONG, Long.toString(number));
  }

  /** A number, or a vector that repeats it. */
  public static Value of(String type, float number) {
    String bits = "0x%016X".formatted(Double.doubleToRawLongBits(number));
    int lanes = lanes(type);
    if (lanes == 0) {
      return new Value(type, bits);
    }
    String each = FLOAT + " " + bits;
    return new Value(type, "<" + (each + ", ").repeat(lanes - 1) + each + ">");
  }

  /** A vector that repeats an integer. */
  public static Value of(String type, long number) {
    String each = element(type) + " " + number;
    return new Value(type, "<" + (each + ", ").repeat(lanes(type) - 1) + each + ">");
  }

  /** The type of vectors of float32. */
  public static String floats(int lanes) {
    return "<" + lanes + " x float>";
  }

  /** The type of vectors of 32-bit integers. */
  public static String ints(int lanes) {
    return "<" + lanes + " x i32>";
  }

  /** Elements of a vector type; 0 for other types. */
  static int lanes(String type) {
    return type.startsWith("<") ? Integer.parseInt(type.substring(1, type.indexOf(' '))) : 0;
  }

  /** The type of a vector's elements. */
  static String element(String type) {
    return type.substring(type.lastIndexOf(' ') + 1, type.length() - 1);
  }

  /** Type and name, as operands are written. */
  @Override
  public String toString() {
    return type + " " + text;
  }
}
