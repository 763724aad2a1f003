package org.cycleqd.spectral.kernel;

import static org.cycleqd.llvm.RegisterTile.BYTES;
import static org.cycleqd.llvm.RegisterTile.LANES;
import static org.cycleqd.llvm.RegisterTile.VECTOR;
import static org.cycleqd.llvm.Value.ADDRESS;
import static org.cycleqd.llvm.Value.FLOAT;
import static org.cycleqd.llvm.Value.LONG;

import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.Value;

/** The functions that lay out the factors of a product. */
final class FactorText {

  private static final Value ZERO = Value.of(0);
  private static final Value ONE = Value.of(1);

  private FactorText() {}

  static String all() {
    return pack() + scale();
  }

  /**
   * {@code pack(matrix, its rows, its columns, panels, inputs of a panel, first input, first panel,
   * behind the last panel)}: copies a matrix [rows, columns] into whole panels, from an input on.
   */
  private static String pack() {
    FunctionText f =
        new FunctionText("", "pack", ADDRESS, LONG, LONG, ADDRESS, LONG, LONG, LONG, LONG);
    f.loop(
        f.parameter(6),
        f.parameter(7),
        ONE,
        panel -> {
          Value source = f.element(f.parameter(0), f.times(panel, LANES));
          Value input = f.plus(f.times(panel, f.parameter(4)), f.parameter(5));
          Value target = f.at(f.parameter(3), f.times(input, BYTES));
          f.loop(
              f.parameter(1),
              k ->
                  f.store(
                      f.load(VECTOR, f.element(source, f.times(k, f.parameter(2)))),
                      f.at(target, f.times(k, BYTES))));
        });
    return f.text();
  }

  /**
   * {@code scale(matrix, its columns, amounts, out, columns of out, first column, rows)}: {@code
   * matrix diag(amounts)} from a column on.
   */
  private static String scale() {
    FunctionText f =
        new FunctionText("", "scale", ADDRESS, LONG, ADDRESS, ADDRESS, LONG, LONG, LONG);
    f.loop(
        f.parameter(6),
        i -> {
          Value source = f.element(f.parameter(0), f.times(i, f.parameter(1)));
          Value first = f.plus(f.times(i, f.parameter(4)), f.parameter(5));
          Value target = f.element(f.parameter(3), first);
          Value whole = f.times(f.op("udiv", f.parameter(1), Value.of(LANES)), Value.of(LANES));
          scale(f, source, target, ZERO, whole, VECTOR);
          scale(f, source, target, whole, f.parameter(1), FLOAT);
        });
    return f.text();
  }

  private static void scale(
      FunctionText f, Value source, Value target, Value from, Value to, String type) {
    f.loop(
        from,
        to,
        type.equals(FLOAT) ? ONE : Value.of(LANES),
        k -> {
          Value amount = f.load(type, f.element(f.parameter(2), k));
          Value element = f.load(type, f.element(source, k));
          f.store(f.op("fmul", element, amount), f.element(target, k));
        });
  }
}
