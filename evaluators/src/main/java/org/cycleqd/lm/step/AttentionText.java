package org.cycleqd.lm.step;

import static org.cycleqd.llvm.Value.ADDRESS;
import static org.cycleqd.llvm.Value.LONG;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.FunctionText.Variable;
import org.cycleqd.llvm.Value;

/** Attention of one token's queries over the keys and values of its sequence. */
final class AttentionText {

  /** Positions that all queries look at before the next, while they are near. */
  private static final int BLOCK = 128;

  /** Positions side by side; a cache has room for so many at least. */
  static final int TOGETHER = 4;

  /** Vectors of values that are summed at a time. */
  private static final int SUMS = 4;

  private final AttentionConfig attention;
  private final int dimension;
  private final int lanes;
  private final String type;

  AttentionText(AttentionConfig attention) {
    this.attention = attention;
    this.dimension = attention.headDimension();
    this.lanes = Lanes.divisor(dimension);
    this.type = Value.floats(lanes);
  }

  String text() {
    return turn() + scores() + softmax() + mix() + attend();
  }

  private long bytes() {
    return (long) dimension * Float.BYTES;
  }

  /**
   * {@code turn(source, target, cosines, sines)}: a head turned to its position, in the half-split
   * layout.
   */
  private String turn() {
    FunctionText f = new FunctionText("internal", "turn", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    int half = dimension / 2;
    int some = Lanes.divisor(half);
    String vector = Value.floats(some);
    for (int i = 0; i < half; i += some) {
      long low = (long) i * Float.BYTES;
      long high = (long) (i + half) * Float.BYTES;
      Value a = f.load(vector, f.at(f.parameter(0), low));
      Value b = f.load(vector, f.at(f.parameter(0), high));
      Value cos = f.load(vector, f.at(f.parameter(2), low));
      Value sin = f.load(vector, f.at(f.parameter(3), low));
      Value minus = f.op("fsub", Value.of(vector, 0f), f.op("fmul", b, sin));
      f.store(f.fma(a, cos, minus), f.at(f.parameter(1), low));
      f.store(f.fma(b, cos, f.op("fmul", a, sin)), f.at(f.parameter(1), high));
    }
    return f.text();
  }

  /**
   * {@code scores(query, keys, first, end, scores, capacity)}: scaled products of a query with some
   * keys, and with up to three behind them, or before them at the cache's end.
   */
  private String scores() {
    FunctionText f =
        new FunctionText("internal", "scores", ADDRESS, ADDRESS, LONG, LONG, ADDRESS, LONG);
    Value last = f.op("sub", f.parameter(5), Value.of(TOGETHER));
    Value scale = Value.of(Value.floats(TOGETHER), (float) (1 / Math.sqrt(dimension)));
    f.loop(
        f.parameter(2),
        f.parameter(3),
        Value.of(TOGETHER),
        next -> {
          Value t = f.smaller(next, last);
          Value keys = f.at(f.parameter(1), f.times(t, bytes()));
          Value a = product(f, keys, 0);
          Value b = product(f, keys, 1);
          Value c = product(f, keys, 2);
          Value d = product(f, keys, 3);
          Value dots = pairs(f, pairs(f, a, b), pairs(f, c, d));
          f.store(f.op("fmul", dots, scale), f.element(f.parameter(4), t));
        });
    return f.text();
  }

  /** The product of the query and a key as a sum of four numbers. */
  private Value product(FunctionText f, Value keys, int position) {
    Value sum = Value.of(type, 0f);
    for (int i = 0; i < dimension; i += lanes) {
      long place = (long) i * Float.BYTES;
      Value q = f.load(type, f.at(f.parameter(0), place));
      Value k = f.load(type, f.at(keys, position * bytes() + place));
      sum = f.fma(q, k, sum);
    }
    for (int half = lanes / 2; half >= TOGETHER; half /= 2) {
      sum = Lanes.fold(f, sum, half);
    }
    return lanes >= TOGETHER
        ? sum
        : f.shuffle(sum, Value.of(type, 0f), TOGETHER, n -> n); // two lanes and two zeros
  }

  /** Neighbours added, of two vectors one behind the other. */
  private static Value pairs(FunctionText f, Value a, Value b) {
    Value even = f.shuffle(a, b, TOGETHER, i -> 2 * i);
    Value odd = f.shuffle(a, b, TOGETHER, i -> 2 * i + 1);
    return f.op("fadd", even, odd);
  }

  /** {@code softmax(scores, length, sum)}: exponentials in place of scores, and their sum. */
  private static String softmax() {
    FunctionText f = new FunctionText("internal", "softmax", ADDRESS, LONG, ADDRESS);
    Value scores = f.parameter(0);
    Value length = f.parameter(1);
    Value lowest = Lanes.constant(Float.NEGATIVE_INFINITY);
    f.store(lowest, f.element(scores, length)); // fills the last vector up
    Variable best = f.variable(lowest);
    f.loop(
        Value.of(0),
        length,
        Value.of(Lanes.COUNT),
        t -> best.set(f.larger(f.load(Lanes.TYPE, f.element(scores, t)), best.get())));
    Value top = f.repeat(Lanes.largest(f, best.get()), Lanes.COUNT);
    Variable sum = f.variable(Lanes.constant(0));
    f.loop(
        Value.of(0),
        length,
        Value.of(Lanes.COUNT),
        t -> {
          Value at = f.element(scores, t);
          Value e = Lanes.exponential(f, f.op("fsub", f.load(Lanes.TYPE, at), top));
          f.store(e, at);
          sum.set(f.op("fadd", sum.get(), e));
        });
    f.store(Lanes.sum(f, sum.get(), Lanes.COUNT), f.parameter(2));
    return f.text();
  }

  /** {@code mix(weights, values, first, end, out)}: adds some positions' values, weighted. */
  private String mix() {
    FunctionText f = new FunctionText("internal", "mix", ADDRESS, ADDRESS, LONG, LONG, ADDRESS);
    int vectors = dimension / lanes;
    for (int first = 0; first < vectors; first += SUMS) {
      mix(f, first, Math.min(SUMS, vectors - first));
    }
    return f.text();
  }

  private void mix(FunctionText f, int first, int count) {
    int together = Math.max(1, SUMS / count);
    Value from = f.parameter(2);
    Value end = f.parameter(3);
    List<Variable> sums = new ArrayList<>();
    for (int i = 0; i < together * count; i++) {
      sums.add(f.variable(Value.of(type, 0f)));
    }
    Value whole =
        f.plus(
            from,
            f.times(f.op("udiv", f.op("sub", end, from), Value.of(together)), Value.of(together)));
    f.loop(from, whole, Value.of(together), t -> add(f, first, count, t, together, sums));
    f.loop(whole, end, Value.of(1), t -> add(f, first, count, t, 1, sums));
    for (int c = 0; c < count; c++) {
      Value at = f.at(f.parameter(4), (long) (first + c) * lanes * Float.BYTES);
      Value sum = f.load(type, at);
      for (int u = 0; u < together; u++) {
        sum = f.op("fadd", sum, sums.get(u * count + c).get());
      }
      f.store(sum, at);
    }
  }

  private void add(
      FunctionText f, int first, int count, Value t, int together, List<Variable> sums) {
    Value values = f.at(f.parameter(1), f.times(t, bytes()));
    Value weights = f.element(f.parameter(0), t);
    for (int u = 0; u < together; u++) {
      Value weight = f.broadcast(f.at(weights, (long) u * Float.BYTES), lanes);
      for (int c = 0; c < count; c++) {
        long place = u * bytes() + (long) (first + c) * lanes * Float.BYTES;
        Variable sum = sums.get(u * count + c);
        sum.set(f.fma(weight, f.load(type, f.at(values, place)), sum.get()));
      }
    }
  }

  /**
   * {@code attend(queries, keys and values of a token, out, cached keys, cached values, position,
   * cosines, sines, scratch, bytes of a query's scores, head, capacity)}: what one key-value head
   * adds to the token; its key and value join the cache. Queries, keys and values lie one behind
   * the other.
   */
  private String attend() {
    FunctionText f =
        new FunctionText(
            "internal",
            "attend",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            LONG,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            LONG,
            LONG,
            LONG);
    int group = attention.heads() / attention.keyValueHeads();
    Value head = f.parameter(9);
    Value input = f.parameter(0);
    Value queries = f.at(input, f.times(head, group * bytes()));
    Value out = f.at(f.parameter(1), f.times(head, group * bytes()));
    Value own = f.at(input, f.plus(f.times(head, bytes()), Value.of(attention.heads() * bytes())));
    Value place = f.parameter(4);
    Value length = f.plus(place, Value.of(1));
    Value cached = f.times(place, bytes());
    f.call("turn", own, f.at(f.parameter(2), cached), f.parameter(5), f.parameter(6));
    for (int i = 0; i < dimension; i += lanes) {
      long at = (long) i * Float.BYTES;
      Value value = f.load(type, f.at(own, attention.keyValueHeads() * bytes() + at));
      f.store(value, f.at(f.at(f.parameter(3), cached), at));
    }
    Value count = Value.of(group);
    Value scratch = f.parameter(7);
    Value stride = f.parameter(8);
    f.loop(
        count,
        g -> {
          Value query = f.at(queries, f.times(g, bytes()));
          f.call("turn", query, query, f.parameter(5), f.parameter(6));
          for (int i = 0; i < dimension; i += lanes) {
            Value place0 = f.at(f.at(out, f.times(g, bytes())), (long) i * Float.BYTES);
            f.store(Value.of(type, 0f), place0);
          }
        });
    blocks(
        f,
        length,
        (first, end) ->
            f.loop(
                count,
                g ->
                    f.call(
                        "scores",
                        f.at(queries, f.times(g, bytes())),
                        f.parameter(2),
                        first,
                        end,
                        f.at(scratch, f.times(g, stride)),
                        f.parameter(10))));
    Value sums = f.at(scratch, f.times(stride, count));
    f.loop(
        count,
        g -> f.call("softmax", f.at(scratch, f.times(g, stride)), length, f.element(sums, g)));
    blocks(
        f,
        length,
        (first, end) ->
            f.loop(
                count,
                g ->
                    f.call(
                        "mix",
                        f.at(scratch, f.times(g, stride)),
                        f.parameter(3),
                        first,
                        end,
                        f.at(out, f.times(g, bytes())))));
    f.loop(
        count,
        g -> {
          Value sum = f.broadcast(f.element(sums, g), lanes);
          for (int i = 0; i < dimension; i += lanes) {
            Value at = f.at(f.at(out, f.times(g, bytes())), (long) i * Float.BYTES);
            f.store(f.op("fdiv", f.load(type, at), sum), at);
          }
        });
    return f.text();
  }

  @FunctionalInterface
  private interface Part {
    void write(Value first, Value end);
  }

  private static void blocks(FunctionText f, Value length, Part part) {
    f.loop(
        Value.of(0),
        length,
        Value.of(BLOCK),
        first -> part.write(first, f.smaller(f.plus(first, Value.of(BLOCK)), length)));
  }
}
