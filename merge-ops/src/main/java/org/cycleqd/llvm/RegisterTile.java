package org.cycleqd.llvm;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.llvm.FunctionText.Variable;

/**
 * Some rows times some panels, with all sums in registers.
 *
 * <p>A panel holds 16 columns of a matrix [inputs, columns], input after input, so that it is read
 * from its first byte to its last. Every sum runs over the inputs in their order, whatever rows and
 * panels are beside it.
 *
 * @param rows of the left factor
 * @param panels of the right one
 */
public record RegisterTile(int rows, int panels) {

  /** Columns of a panel, and elements of a vector. */
  public static final int LANES = 16;

  /** Bytes of a vector, which is one input of a panel and a line of the cache. */
  public static final int BYTES = LANES * Float.BYTES;

  /** The type of a vector. */
  public static final String VECTOR = Value.floats(LANES);

  /** Inputs for which instructions are written out; their number is a multiple of it. */
  public static final int UNROLLED = 8;

  /**
   * Most rows for which there are registers.
   *
   * @param wide whether there are 32 of 16 numbers, not 16 of 8
   */
  public static int mostRows(boolean wide) {
    return wide ? 8 : 6;
  }

  /** Most panels beside so many rows, a power of two. */
  public static int mostPanels(int rows, boolean wide) {
    int registers = wide ? 16 : 6;
    int most = wide ? 8 : 4;
    return Math.min(most, Integer.highestOneBit(registers / rows));
  }

  /** Sums of zero. */
  public List<Variable> zeros(FunctionText f) {
    List<Variable> sums = new ArrayList<>();
    for (int i = 0; i < rows * panels; i++) {
      sums.add(f.variable(Value.of(VECTOR, 0f)));
    }
    return sums;
  }

  /** A change of each sum, by the value it has and its place. */
  @FunctionalInterface
  public interface Change {
    /** What it becomes. */
    Value of(Value sum, int row, int panel);
  }

  /** Changes all sums. */
  public void change(List<Variable> sums, Change change) {
    for (int r = 0; r < rows; r++) {
      for (int p = 0; p < panels; p++) {
        Variable sum = sums.get(r * panels + p);
        sum.set(change.of(sum.get(), r, p));
      }
    }
  }

  /**
   * Adds the products of some inputs.
   *
   * @param left addresses of the rows' float32 elements
   * @param right addresses of the panels
   * @param inputs how many, a multiple of {@link #UNROLLED}
   * @param beside written once for each {@link #UNROLLED} inputs
   */
  public void multiply(
      FunctionText f,
      List<Variable> sums,
      List<Value> left,
      List<Value> right,
      Value inputs,
      Runnable beside) {
    f.loop(
        Value.of(0),
        inputs,
        Value.of(UNROLLED),
        k -> {
          beside.run();
          List<Value> rowsHere = moved(f, left, f.times(k, Float.BYTES));
          List<Value> panelsHere = moved(f, right, f.times(k, BYTES));
          for (int u = 0; u < UNROLLED; u++) {
            multiply(f, sums, rowsHere, panelsHere, u);
          }
        });
  }

  private void multiply(
      FunctionText f, List<Variable> sums, List<Value> left, List<Value> right, long input) {
    List<Value> weights =
        right.stream().map(at -> f.load(VECTOR, f.at(at, input * BYTES))).toList();
    List<Value> numbers =
        left.stream().map(at -> f.broadcast(f.at(at, input * Float.BYTES), LANES)).toList();
    change(sums, (sum, r, p) -> f.fma(numbers.get(r), weights.get(p), sum));
  }

  private static List<Value> moved(FunctionText f, List<Value> addresses, Value bytes) {
    return addresses.stream().map(address -> f.at(address, bytes)).toList();
  }

  /** Addresses that lie the same number of bytes apart. */
  public static List<Value> apart(FunctionText f, Value first, Value bytes, int count) {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(f.at(first, f.times(bytes, i)));
    }
    return all;
  }
}
