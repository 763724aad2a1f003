package org.cycleqd.lm.step;

import static org.cycleqd.llvm.Value.ADDRESS;
import static org.cycleqd.llvm.Value.LONG;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.FunctionText.Variable;
import org.cycleqd.llvm.Value;

/**
 * Products of a few rows with a matrix of weights.
 *
 * <p>Weights lie in panels: 16 outputs side by side, input after input, so that they are read once,
 * from the first byte to the last. Some rows are multiplied with some panels in registers; while a
 * panel is multiplied with all rows, the next one is fetched. Every output is one sum over the
 * inputs in their order, whatever the rows beside it: an answer does not depend on its company.
 */
final class ProductText {

  /** Inputs for which instructions are written out; panels have a multiple of them. */
  static final int UNROLLED = 8;

  /** Inputs of a panel that are multiplied with all rows before the next: what the cache holds. */
  private static final int BLOCK = 2048;

  /** Bytes of a cache line, which is one input of a panel. */
  private static final int LINE = Lanes.BYTES;

  private final boolean wide;

  /**
   * Prepares the functions.
   *
   * @param wide whether there are 32 registers of 16 numbers, not 16 of 8
   */
  ProductText(boolean wide) {
    this.wide = wide;
  }

  /** Most rows in registers. */
  private int rows() {
    return wide ? 8 : 6;
  }

  /** Most panels in registers beside so many rows. */
  private int panels(int rows) {
    int registers = wide ? 16 : 6;
    int most = wide ? 8 : 4;
    return Math.min(most, Integer.highestOneBit(registers / rows));
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (int rows = 1; rows <= rows(); rows++) {
      for (int panels = 1; panels <= panels(rows); panels *= 2) {
        text.append(tile(rows, panels));
      }
    }
    return text.append(group()).append(product()).toString();
  }

  private static String name(int rows, int panels) {
    return "tile_%d_%d".formatted(rows, panels);
  }

  /**
   * {@code tile_R_P(x, row bytes, panels, bytes of a panel, inputs, y, row bytes, goes on, bias,
   * residual, next, lines)}: {@code y = x w^T (+ bias) (+ residual)}, or that added to what {@code
   * y} holds if it goes on. Fetches so many lines of what comes next for every 8 inputs.
   */
  private static String tile(int rows, int panels) {
    FunctionText f =
        new FunctionText(
            "internal",
            name(rows, panels),
            ADDRESS,
            LONG,
            ADDRESS,
            LONG,
            LONG,
            ADDRESS,
            LONG,
            LONG,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            LONG);
    Value inputs = f.parameter(4);
    List<Value> x = rows(f, f.parameter(0), f.parameter(1), rows);
    List<Value> y = rows(f, f.parameter(5), f.parameter(6), rows);
    List<Value> w = rows(f, f.parameter(2), f.parameter(3), panels);
    List<Variable> sums = new ArrayList<>();
    for (int i = 0; i < rows * panels; i++) {
      sums.add(f.variable(Lanes.constant(0)));
    }
    Runnable goOn =
        () -> {
          for (int r = 0; r < rows; r++) {
            for (int p = 0; p < panels; p++) {
              sums.get(r * panels + p)
                  .set(f.load(Lanes.TYPE, f.at(y.get(r), (long) p * Lanes.BYTES)));
            }
          }
        };
    f.either(f.compare("icmp ne", f.parameter(7), Value.of(0)), goOn, () -> {});
    Variable next = f.variable(f.parameter(10));
    f.loop(
        Value.of(0),
        inputs,
        Value.of(UNROLLED),
        k -> {
          f.loop(
              Value.of(0),
              f.parameter(11),
              Value.of(1),
              line -> {
                f.prefetch(next.get());
                next.set(f.at(next.get(), LINE));
              });
          Value inX = f.times(k, Float.BYTES);
          Value inPanel = f.times(k, LINE);
          List<Value> from = w.stream().map(panel -> f.at(panel, inPanel)).toList();
          List<Value> source = x.stream().map(row -> f.at(row, inX)).toList();
          for (int u = 0; u < UNROLLED; u++) {
            long step = u;
            List<Value> weights =
                from.stream().map(at -> f.load(Lanes.TYPE, f.at(at, step * LINE))).toList();
            for (int r = 0; r < rows; r++) {
              Value each = f.broadcast(f.at(source.get(r), step * Float.BYTES), Lanes.COUNT);
              for (int p = 0; p < panels; p++) {
                Variable sum = sums.get(r * panels + p);
                sum.set(f.fma(each, weights.get(p), sum.get()));
              }
            }
          }
        });
    more(f, f.parameter(8), sums, rows, panels, f.parameter(8), Value.of(0));
    more(f, f.parameter(9), sums, rows, panels, f.parameter(9), f.parameter(6));
    for (int r = 0; r < rows; r++) {
      for (int p = 0; p < panels; p++) {
        f.store(sums.get(r * panels + p).get(), f.at(y.get(r), (long) p * Lanes.BYTES));
      }
    }
    return f.text();
  }

  /** Adds what lies at an address, if there is one. */
  private static void more(
      FunctionText f,
      Value given,
      List<Variable> sums,
      int rows,
      int panels,
      Value from,
      Value rowBytes) {
    Runnable add =
        () -> {
          for (int r = 0; r < rows; r++) {
            Value row = f.at(from, f.times(rowBytes, r));
            for (int p = 0; p < panels; p++) {
              Variable sum = sums.get(r * panels + p);
              Value other = f.load(Lanes.TYPE, f.at(row, (long) p * Lanes.BYTES));
              sum.set(f.op("fadd", sum.get(), other));
            }
          }
        };
    f.either(f.isNull(given), () -> {}, add);
  }

  private static List<Value> rows(FunctionText f, Value first, Value bytes, int count) {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(f.at(first, f.times(bytes, i)));
    }
    return all;
  }

  /**
   * {@code group(x, row bytes, panels, bytes of a panel, inputs, y, row bytes, bias, residual,
   * rows, panels side by side)}: all rows with some panels.
   */
  private String group() {
    FunctionText f =
        new FunctionText(
            "internal",
            "group",
            ADDRESS,
            LONG,
            ADDRESS,
            LONG,
            LONG,
            ADDRESS,
            LONG,
            ADDRESS,
            ADDRESS,
            LONG,
            LONG);
    Value inputs = f.parameter(4);
    Value count = f.parameter(9);
    Value side = f.parameter(10);
    Value most = Value.of(rows());
    Value tiles = f.op("udiv", f.plus(count, Value.of(rows() - 1)), most);
    // Lines of as many panels for every 8 inputs, shared by the tiles.
    Value lines =
        f.op("udiv", f.plus(f.times(side, UNROLLED), f.op("sub", tiles, Value.of(1))), tiles);
    Value following = f.at(f.parameter(2), f.times(side, f.parameter(3)));
    f.loop(
        Value.of(0),
        inputs,
        Value.of(BLOCK),
        k -> {
          Value here = f.smaller(Value.of(BLOCK), f.op("sub", inputs, k));
          Value last = f.compare("icmp eq", f.plus(k, here), inputs);
          Value nothing = f.convert("inttoptr", Value.of(0), ADDRESS);
          Value bias = f.select(last, f.parameter(7), nothing);
          Value residual = f.select(last, f.parameter(8), nothing);
          Value goesOn = f.convert("zext", f.compare("icmp ne", k, Value.of(0)), LONG);
          f.loop(
              Value.of(0),
              tiles,
              Value.of(1),
              t -> {
                Value first = f.op("udiv", f.times(count, t), tiles);
                Value end = f.op("udiv", f.times(count, f.plus(t, Value.of(1))), tiles);
                Value rows = f.op("sub", end, first);
                Value x =
                    f.at(
                        f.at(f.parameter(0), f.times(k, Float.BYTES)),
                        f.times(f.parameter(1), first));
                Value down = f.times(f.parameter(6), first);
                Value y = f.at(f.parameter(5), down);
                Value other = f.select(f.isNull(residual), residual, f.at(residual, down));
                Value fetched = f.times(f.times(f.op("udiv", here, Value.of(UNROLLED)), lines), t);
                Value next = f.at(following, f.times(f.plus(f.times(k, side), fetched), LINE));
                Value[] arguments = {
                  x,
                  f.parameter(1),
                  f.at(f.parameter(2), f.times(k, LINE)),
                  f.parameter(3),
                  here,
                  y,
                  f.parameter(6),
                  goesOn,
                  bias,
                  other,
                  next,
                  lines
                };
                for (int r = 1; r <= rows(); r++) {
                  for (int p = 1; p <= panels(r); p *= 2) {
                    String tile = name(r, p);
                    Value wanted =
                        f.op(
                            "and",
                            f.compare("icmp eq", rows, Value.of(r)),
                            f.compare("icmp eq", side, Value.of(p)));
                    f.either(wanted, () -> f.call(tile, arguments), () -> {});
                  }
                }
              });
        });
    return f.text();
  }

  /**
   * {@code product(x, row bytes, weights, inputs, y, row bytes, bias, residual, rows, first panel,
   * behind the last panel)}: all rows with a range of panels; bias and residual may be null.
   */
  private String product() {
    FunctionText f =
        new FunctionText(
            "internal",
            "product",
            ADDRESS,
            LONG,
            ADDRESS,
            LONG,
            ADDRESS,
            LONG,
            ADDRESS,
            ADDRESS,
            LONG,
            LONG,
            LONG);
    Value inputs = f.parameter(3);
    Value bytes = f.times(inputs, LINE);
    Value count = f.parameter(8);
    Value end = f.parameter(10);
    Value tiles = f.op("udiv", f.plus(count, Value.of(rows() - 1)), Value.of(rows()));
    Value largest = f.op("udiv", f.plus(count, f.op("sub", tiles, Value.of(1))), tiles);
    Value side = Value.of(1);
    for (int r = rows(); r >= 1; r--) {
      side = f.select(f.compare("icmp sle", largest, Value.of(r)), Value.of(panels(r)), side);
    }
    Value most = side;
    Variable panel = f.variable(f.parameter(9));
    f.repeatWhile(
        () -> f.compare("icmp slt", panel.get(), end),
        () -> {
          Value first = panel.get();
          Value left = f.op("sub", end, first);
          Value now = f.select(f.compare("icmp sge", left, most), most, Value.of(1));
          Value across = f.times(first, Lanes.BYTES);
          Value bias = f.parameter(6);
          Value residual = f.parameter(7);
          f.call(
              "group",
              f.parameter(0),
              f.parameter(1),
              f.at(f.parameter(2), f.times(first, bytes)),
              bytes,
              inputs,
              f.at(f.parameter(4), across),
              f.parameter(5),
              f.select(f.isNull(bias), bias, f.at(bias, across)),
              f.select(f.isNull(residual), residual, f.at(residual, across)),
              count,
              now);
          panel.set(f.plus(first, now));
        });
    return f.text();
  }
}
