package org.cycleqd.lm.step;

import static org.cycleqd.llvm.Value.ADDRESS;
import static org.cycleqd.llvm.Value.LONG;

import java.util.List;
import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.FunctionText.Variable;
import org.cycleqd.llvm.RegisterTile;
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

  private static final int UNROLLED = RegisterTile.UNROLLED;

  /** Inputs of a panel that are multiplied with all rows before the next: what the cache holds. */
  private static final int BLOCK = 2048;

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

  private int rows() {
    return RegisterTile.mostRows(wide);
  }

  private int panels(int rows) {
    return RegisterTile.mostPanels(rows, wide);
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
    RegisterTile tile = new RegisterTile(rows, panels);
    List<Value> x = RegisterTile.apart(f, f.parameter(0), f.parameter(1), rows);
    List<Value> y = RegisterTile.apart(f, f.parameter(5), f.parameter(6), rows);
    List<Value> w = RegisterTile.apart(f, f.parameter(2), f.parameter(3), panels);
    List<Variable> sums = tile.zeros(f);
    f.either(
        f.compare("icmp ne", f.parameter(7), Value.of(0)),
        () -> tile.change(sums, (sum, r, p) -> f.load(Lanes.TYPE, across(f, y.get(r), p))),
        () -> {});
    Variable next = f.variable(f.parameter(10));
    tile.multiply(
        f,
        sums,
        x,
        w,
        f.parameter(4),
        () ->
            f.loop(
                f.parameter(11),
                line -> {
                  f.prefetch(next.get());
                  next.set(f.at(next.get(), Lanes.BYTES));
                }));
    more(f, tile, sums, f.parameter(8), Value.of(0));
    more(f, tile, sums, f.parameter(9), f.parameter(6));
    tile.change(
        sums,
        (sum, r, p) -> {
          f.store(sum, across(f, y.get(r), p));
          return sum;
        });
    return f.text();
  }

  private static Value across(FunctionText f, Value row, int panel) {
    return f.at(row, (long) panel * Lanes.BYTES);
  }

  /** Adds what lies at an address, if there is one. */
  private static void more(
      FunctionText f, RegisterTile tile, List<Variable> sums, Value from, Value rowBytes) {
    f.either(
        f.isNull(from),
        () -> {},
        () -> {
          List<Value> rows = RegisterTile.apart(f, from, rowBytes, tile.rows());
          tile.change(
              sums,
              (sum, r, p) -> f.op("fadd", sum, f.load(Lanes.TYPE, across(f, rows.get(r), p))));
        });
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
              tiles,
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
