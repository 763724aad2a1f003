package org.cycleqd.spectral.kernel;

import static org.cycleqd.llvm.RegisterTile.BYTES;
import static org.cycleqd.llvm.RegisterTile.LANES;
import static org.cycleqd.llvm.RegisterTile.VECTOR;
import static org.cycleqd.llvm.Value.ADDRESS;
import static org.cycleqd.llvm.Value.FLOAT;
import static org.cycleqd.llvm.Value.LONG;

import java.util.Arrays;
import java.util.List;
import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.FunctionText.Variable;
import org.cycleqd.llvm.RegisterTile;
import org.cycleqd.llvm.Value;

/**
 * The functions that compose tensors: products of low rank, and those added to bfloat16 tensors
 * without going through memory.
 */
final class BlendText {

  private static final Value ZERO = Value.of(0);
  private static final Value ONE = Value.of(1);
  private static final String INTS = Value.ints(LANES);
  private static final String SHORTS = "<%d x i16>".formatted(LANES);

  /** Inputs of all panels that stay near while rows pass by. */
  private static final int NEAR = 3072;

  private final int rows;
  private final int side;

  /**
   * Few rows: those of a tensor lie whole pages apart, and a cache has few places for all of them.
   */
  private BlendText(boolean wide) {
    this.rows = 4;
    this.side = wide ? 4 : 1;
  }

  /**
   * The module.
   *
   * @param wide whether there are 32 registers of 16 numbers, not 16 of 8
   */
  static String of(boolean wide) {
    BlendText text = new BlendText(wide);
    StringBuilder all = new StringBuilder();
    all.append("declare void @llvm.prefetch.p0i8(i8*, i32, i32, i32)\n");
    all.append("declare %1$s @llvm.fma.v16f32(%1$s, %1$s, %1$s)%n".formatted(VECTOR));
    for (int r = 1; r <= text.rows; r++) {
      all.append(text.strip("multiply", r)).append(text.strip("blend", r));
    }
    return all.append(text.all("multiply"))
        .append(text.all("blend"))
        .append(pack())
        .append(scale())
        .toString();
  }

  /** Parameters that both kinds of functions have. */
  private static String[] types(int more) {
    String[] types = new String[9 + more];
    Arrays.fill(types, LONG);
    for (int address : new int[] {0, 2, 4, 5, 6, 8}) {
      types[address] = ADDRESS;
    }
    return types;
  }

  /**
   * {@code multiply(left, inputs, panels, columns, out, none, none, 0, none, rows)} and {@code
   * blend(left, inputs, panels, columns, base, models, weights, number of models, out, rows,
   * largest)}. Largest: 16 integers that become at least the bits of all magnitudes.
   */
  private String all(String kind) {
    String[] types = types(2);
    types[10] = ADDRESS;
    FunctionText f = new FunctionText("", kind, types);
    Value inputs = f.parameter(1);
    Value columns = f.parameter(3);
    Value count = f.parameter(9);
    Value tiles = f.op("udiv", f.plus(count, Value.of(rows - 1L)), Value.of(rows));
    Value panels = f.op("udiv", columns, Value.of(LANES));
    // A multiple of the panels side by side.
    Value step = f.times(f.plus(f.op("udiv", Value.of(NEAR / 8), inputs), ONE), 8);
    f.loop(
        ZERO,
        panels,
        step,
        first -> {
          Value end = f.smaller(f.plus(first, step), panels);
          f.loop(
              ZERO,
              tiles,
              ONE,
              t -> {
                Value from = f.op("udiv", f.times(count, t), tiles);
                Value to = f.op("udiv", f.times(count, f.plus(t, ONE)), tiles);
                for (int r = 1; r <= rows; r++) {
                  String strip = "%s_%d".formatted(kind, r);
                  f.either(
                      f.compare("icmp eq", f.op("sub", to, from), Value.of(r)),
                      () ->
                          f.call(
                              strip,
                              f.parameter(0),
                              inputs,
                              f.parameter(2),
                              columns,
                              f.parameter(4),
                              f.parameter(5),
                              f.parameter(6),
                              f.parameter(7),
                              f.parameter(8),
                              from,
                              first,
                              end,
                              f.parameter(10)),
                      () -> {});
                }
              });
        });
    return f.text();
  }

  /** Some rows, from {@code from} on, times the panels from {@code first} to {@code end}. */
  private String strip(String kind, int count) {
    String[] types = types(4);
    types[12] = ADDRESS;
    FunctionText f = new FunctionText("internal", "%s_%d".formatted(kind, count), types);
    Value end = f.parameter(11);
    Variable panel = f.variable(f.parameter(10));
    f.repeatWhile(
        () -> f.compare("icmp sle", f.plus(panel.get(), Value.of(side)), end),
        () -> {
          tile(f, kind, new RegisterTile(count, side), panel.get());
          panel.set(f.plus(panel.get(), Value.of(side)));
        });
    if (side > 1) {
      f.repeatWhile(
          () -> f.compare("icmp slt", panel.get(), end),
          () -> {
            tile(f, kind, new RegisterTile(count, 1), panel.get());
            panel.set(f.plus(panel.get(), ONE));
          });
    }
    return f.text();
  }

  private static void tile(FunctionText f, String kind, RegisterTile tile, Value panel) {
    Value inputs = f.parameter(1);
    Value columns = f.parameter(3);
    Value from = f.parameter(9);
    Value rowBytes = f.times(inputs, Float.BYTES);
    Value panelBytes = f.times(inputs, BYTES);
    List<Value> left =
        RegisterTile.apart(f, f.at(f.parameter(0), f.times(from, rowBytes)), rowBytes, tile.rows());
    List<Value> right =
        RegisterTile.apart(
            f, f.at(f.parameter(2), f.times(panel, panelBytes)), panelBytes, tile.panels());
    List<Variable> sums = tile.zeros(f);
    Value element = f.plus(f.times(from, columns), f.times(panel, LANES));
    if (kind.equals("multiply")) {
      tile.multiply(f, sums, left, right, inputs, () -> {});
      Value out = f.element(f.parameter(4), element);
      tile.change(
          sums,
          (sum, r, p) -> {
            Value row = f.at(out, f.times(columns, r * (long) Float.BYTES));
            f.store(sum, f.at(row, (long) p * BYTES));
            return sum;
          });
      return;
    }
    Value place = f.times(element, Short.BYTES);
    Value stride = f.times(columns, Short.BYTES);
    // What the rows below will need.
    Value below = f.plus(place, f.times(stride, tile.rows()));
    for (int r = 0; r < tile.rows(); r++) {
      Value row = f.plus(below, f.times(stride, r));
      f.prefetch(f.at(f.parameter(4), row));
    }
    tile.multiply(f, sums, left, right, inputs, () -> {});
    blend(f, tile, sums, place, stride);
  }

  private static void blend(
      FunctionText f, RegisterTile tile, List<Variable> sums, Value place, Value stride) {
    Value models = f.parameter(5);
    Value none = Value.of(VECTOR, 0f);
    Value plain = f.compare("icmp eq", f.parameter(7), ZERO);
    f.either(
        plain,
        () -> tile.change(sums, (sum, r, p) -> f.op("fadd", none, sum)),
        () ->
            tile.change(
                sums,
                (sum, r, p) -> {
                  Value at = at(f, place, stride, r, p);
                  Value origin = widened(f, f.at(f.parameter(4), at));
                  Variable all = f.variable(none);
                  f.loop(
                      ZERO,
                      f.parameter(7),
                      ONE,
                      m -> {
                        Value model = f.load(ADDRESS, f.at(models, f.times(m, Long.BYTES)));
                        Value weight = f.broadcast(f.element(f.parameter(6), m), LANES);
                        Value delta = f.op("fsub", widened(f, f.at(model, at)), origin);
                        all.set(f.op("fadd", all.get(), f.op("fmul", delta, weight)));
                      });
                  return f.op("fadd", all.get(), sum);
                }));
    // All is read before anything is written: stores that lie whole pages away hold loads back.
    tile.change(
        sums,
        (sum, r, p) ->
            f.op("fadd", widened(f, f.at(f.parameter(4), at(f, place, stride, r, p))), sum));
    Value magnitude = Value.of(INTS, 0x7FFFFFFFL);
    Variable largest = f.variable(f.load(INTS, f.parameter(12)));
    tile.change(
        sums,
        (result, r, p) -> {
          Value bits = f.convert("bitcast", result, INTS);
          Value size = f.op("and", bits, magnitude);
          largest.set(f.select(f.compare("icmp ugt", size, largest.get()), size, largest.get()));
          Value sixteen = Value.of(INTS, 16);
          Value odd = f.op("and", f.op("lshr", bits, sixteen), Value.of(INTS, 1));
          Value rounded = f.op("add", f.op("add", bits, odd), Value.of(INTS, 0x7FFF));
          f.store(
              f.convert("trunc", f.op("lshr", rounded, sixteen), SHORTS),
              f.at(f.parameter(8), at(f, place, stride, r, p)));
          return result;
        });
    f.store(largest.get(), f.parameter(12));
  }

  private static Value at(FunctionText f, Value place, Value stride, int row, int panel) {
    long along = (long) panel * LANES * Short.BYTES;
    return f.plus(place, f.plus(f.times(stride, row), Value.of(along)));
  }

  /** bfloat16 elements as float32. */
  private static Value widened(FunctionText f, Value address) {
    Value bits = f.convert("zext", f.load(SHORTS, address), INTS);
    return f.convert("bitcast", f.op("shl", bits, Value.of(INTS, 16)), VECTOR);
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
              ZERO,
              f.parameter(1),
              ONE,
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
        ZERO,
        f.parameter(6),
        ONE,
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
