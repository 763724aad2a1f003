package org.cycleqd.spectral.kernel;

import static org.cycleqd.llvm.RegisterTile.BYTES;
import static org.cycleqd.llvm.RegisterTile.LANES;
import static org.cycleqd.llvm.RegisterTile.VECTOR;
import static org.cycleqd.llvm.Value.ADDRESS;
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

  /** Whatever it is added to stays what it is, negative zeros too. */
  private static final Value NOTHING = Value.of(VECTOR, -0f);

  // Places of parameters.
  private static final int BASE = 4;
  private static final int MODELS = 5;
  private static final int WEIGHTS = 6;
  private static final int NUMBER = 7;
  private static final int OUT = 8;
  private static final int ROWS = 9;
  private static final int LARGEST = 10;
  private static final int CHANGE = 11;
  private static final int HOW = 12;
  private static final int PARAMETERS = 13;
  private static final int FIRST = 13;
  private static final int END = 14;

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
    for (int r = text.rows; r > 0; r /= 2) {
      all.append(text.strip("multiply", r)).append(text.strip("blend", r));
    }
    return all.append(text.all("multiply"))
        .append(text.all("blend"))
        .append(FactorText.all())
        .append("!0 = !{i32 1}\n")
        .toString();
  }

  /** Parameters of both kinds of functions. */
  private static String[] types(int more) {
    String[] types = new String[PARAMETERS + more];
    Arrays.fill(types, LONG);
    for (int address : new int[] {0, 2, BASE, MODELS, WEIGHTS, OUT, LARGEST, CHANGE}) {
      types[address] = ADDRESS;
    }
    return types;
  }

  /**
   * {@code blend(left, inputs, panels, columns, base, models, weights, number of models, out, rows,
   * largest, change, how)}, and {@code multiply} with the same parameters, of which it needs none
   * from base to number of models and none behind rows. Largest: 16 integers that become at least
   * the bits of all magnitudes. Change: null, or float32 elements in place of the product. How:
   * results are stored as bfloat16 (0), as float32 (1), or as float32 past the caches (2), for
   * which they must lie at multiples of a vector.
   */
  private String all(String kind) {
    FunctionText f = new FunctionText("", kind, types(0));
    Value inputs = f.parameter(1);
    Value columns = f.parameter(3);
    Value count = f.parameter(ROWS);
    Value panels = f.op("udiv", columns, Value.of(LANES));
    Value groups = f.op("udiv", Value.of(NEAR / side), f.plus(inputs, ONE));
    Value step = f.times(f.plus(groups, ONE), side);
    f.loop(
        ZERO,
        panels,
        step,
        first -> {
          Value end = f.smaller(f.plus(first, step), panels);
          Variable row = f.variable(ZERO);
          for (int r = rows; r > 0; r /= 2) {
            String strip = "%s_%d".formatted(kind, r);
            Value size = Value.of(r);
            f.repeatWhile(
                () -> f.compare("icmp sle", f.plus(row.get(), size), count),
                () -> {
                  f.call(strip, passed(f, row.get(), first, end));
                  row.set(f.plus(row.get(), size));
                });
          }
        });
    f.fence();
    return f.text();
  }

  private static Value[] passed(FunctionText f, Value from, Value first, Value end) {
    Value[] values = new Value[PARAMETERS + 2];
    for (int i = 0; i < PARAMETERS; i++) {
      values[i] = i == ROWS ? from : f.parameter(i);
    }
    values[FIRST] = first;
    values[END] = end;
    return values;
  }

  /** Some rows, from the one in place of their number on, times panels. */
  private String strip(String kind, int count) {
    FunctionText f = new FunctionText("internal", "%s_%d".formatted(kind, count), types(2));
    Value end = f.parameter(END);
    Variable panel = f.variable(f.parameter(FIRST));
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
    Value from = f.parameter(ROWS);
    Value rowBytes = f.times(inputs, Float.BYTES);
    Value panelBytes = f.times(inputs, BYTES);
    List<Value> left =
        RegisterTile.apart(f, f.at(f.parameter(0), f.times(from, rowBytes)), rowBytes, tile.rows());
    List<Value> right =
        RegisterTile.apart(
            f, f.at(f.parameter(2), f.times(panel, panelBytes)), panelBytes, tile.panels());
    List<Variable> sums = tile.zeros(f);
    Value element = f.plus(f.times(from, columns), f.times(panel, LANES));
    Place place = new Place(f, element, columns);
    if (kind.equals("multiply")) {
      tile.multiply(f, sums, left, right, inputs, () -> {});
      each(tile, sums, (sum, r, p) -> f.store(sum, place.of(OUT, r, p, Float.BYTES)));
      return;
    }
    // What the rows below will need.
    for (int r = 0; r < tile.rows(); r++) {
      f.prefetch(place.of(BASE, tile.rows() + r, 0, Short.BYTES));
    }
    Variable none = f.variable(Value.of(VECTOR, 0f));
    f.either(
        f.isNull(f.parameter(CHANGE)),
        () -> {
          f.either(
              f.compare("icmp eq", inputs, ZERO),
              () -> {
                none.set(NOTHING);
                tile.change(sums, (_, _, _) -> NOTHING);
              },
              () -> {});
          tile.multiply(f, sums, left, right, inputs, () -> {});
        },
        () -> tile.change(sums, (_, r, p) -> f.load(VECTOR, place.of(CHANGE, r, p, Float.BYTES))));
    blend(f, tile, sums, none, place);
  }

  /** Where a tile lies in tensors of its rows and columns. */
  private record Place(FunctionText f, Value element, Value columns) {

    /** The address of a row's panel in the tensor that a parameter points to. */
    Value of(int parameter, int row, int panel, int width) {
      return of(f.parameter(parameter), row, panel, width);
    }

    Value of(Value tensor, int row, int panel, int width) {
      Value above = f.plus(element, f.times(columns, row));
      Value all = f.plus(above, Value.of((long) panel * LANES));
      return f.at(tensor, f.times(all, width));
    }
  }

  /**
   * Adds base and models to the products.
   *
   * @param none what the sum begins with where there are no models
   */
  private static void blend(
      FunctionText f, RegisterTile tile, List<Variable> sums, Variable none, Place place) {
    f.either(
        f.compare("icmp eq", f.parameter(NUMBER), ZERO),
        () -> tile.change(sums, (sum, _, _) -> f.op("fadd", none.get(), sum)),
        () ->
            tile.change(
                sums,
                (sum, r, p) -> {
                  Value origin = widened(f, place.of(BASE, r, p, Short.BYTES));
                  Variable all = f.variable(Value.of(VECTOR, 0f));
                  f.loop(
                      f.parameter(NUMBER),
                      m -> {
                        Value model =
                            f.load(ADDRESS, f.at(f.parameter(MODELS), f.times(m, Long.BYTES)));
                        Value weight = f.broadcast(f.element(f.parameter(WEIGHTS), m), LANES);
                        Value own = widened(f, place.of(model, r, p, Short.BYTES));
                        Value delta = f.op("fsub", own, origin);
                        all.set(f.op("fadd", all.get(), f.op("fmul", delta, weight)));
                      });
                  return f.op("fadd", all.get(), sum);
                }));
    // All is read before anything is written: stores that lie whole pages away hold loads back.
    tile.change(
        sums, (sum, r, p) -> f.op("fadd", widened(f, place.of(BASE, r, p, Short.BYTES)), sum));
    note(f, tile, sums);
    f.either(
        f.compare("icmp eq", f.parameter(HOW), ZERO),
        () ->
            each(
                tile,
                sums,
                (sum, r, p) -> {
                  Value bits = f.op("lshr", rounded(f, sum), Value.of(INTS, 16));
                  f.store(f.convert("trunc", bits, SHORTS), place.of(OUT, r, p, Short.BYTES));
                }),
        () ->
            f.either(
                f.compare("icmp eq", f.parameter(HOW), ONE),
                () ->
                    each(
                        tile,
                        sums,
                        (sum, r, p) -> f.store(brain(f, sum), place.of(OUT, r, p, Float.BYTES))),
                () ->
                    each(
                        tile,
                        sums,
                        (sum, r, p) ->
                            f.stream(brain(f, sum), place.of(OUT, r, p, Float.BYTES), BYTES))));
  }

  /** What is done with each sum. */
  @FunctionalInterface
  private interface Use {
    void of(Value sum, int row, int panel);
  }

  private static void each(RegisterTile tile, List<Variable> sums, Use use) {
    tile.change(
        sums,
        (sum, r, p) -> {
          use.of(sum, r, p);
          return sum;
        });
  }

  /** Keeps the largest magnitudes. */
  private static void note(FunctionText f, RegisterTile tile, List<Variable> sums) {
    Variable largest = f.variable(f.load(INTS, f.parameter(LARGEST)));
    each(
        tile,
        sums,
        (sum, _, _) -> {
          Value bits = f.convert("bitcast", sum, INTS);
          Value size = f.op("and", bits, Value.of(INTS, 0x7FFFFFFFL));
          largest.set(f.select(f.compare("icmp ugt", size, largest.get()), size, largest.get()));
        });
    f.store(largest.get(), f.parameter(LARGEST));
  }

  /** Numbers whose upper halves are the nearest bfloat16 numbers. */
  private static Value rounded(FunctionText f, Value number) {
    Value bits = f.convert("bitcast", number, INTS);
    Value odd = f.op("and", f.op("lshr", bits, Value.of(INTS, 16)), Value.of(INTS, 1));
    return f.op("add", f.op("add", bits, odd), Value.of(INTS, 0x7FFF));
  }

  /** A number as the nearest bfloat16 number. */
  private static Value brain(FunctionText f, Value number) {
    return f.op("and", rounded(f, number), Value.of(INTS, -0x10000L));
  }

  /** bfloat16 elements as float32. */
  private static Value widened(FunctionText f, Value address) {
    Value bits = f.convert("zext", f.load(SHORTS, address), INTS);
    return f.convert("bitcast", f.op("shl", bits, Value.of(INTS, 16)), VECTOR);
  }
}
