package org.cycleqd.lm.step;

import static org.cycleqd.llvm.Value.ADDRESS;
import static org.cycleqd.llvm.Value.FLOAT;
import static org.cycleqd.llvm.Value.LONG;

import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.FunctionText.Variable;
import org.cycleqd.llvm.Value;

/** What is done to rows of activations, each for itself, and the packing of weights. */
final class RowsText {

  private static final Value ZERO = Value.of(0);
  private static final Value ONE = Value.of(1);
  private static final Value LANES = Value.of(Lanes.COUNT);

  private final LlamaConfig config;

  RowsText(LlamaConfig config) {
    this.config = config;
  }

  String text() {
    return embed() + norm() + gate() + best() + pack();
  }

  /** {@code embed(embedding, token, x)}: a row of the embedding, filled up with zeros. */
  private String embed() {
    FunctionText f = new FunctionText("internal", "embed", ADDRESS, LONG, ADDRESS);
    int width = config.hiddenSize();
    Value row = f.at(f.parameter(0), f.times(f.parameter(1), (long) width * Float.BYTES));
    int lanes = Lanes.divisor(width);
    if (lanes < Lanes.COUNT) {
      // What filled the row up is no number after one that was not, and would stay so.
      long last = (Lanes.up(width) - Lanes.COUNT) * Float.BYTES;
      f.store(Lanes.constant(0), f.at(f.parameter(2), last));
    }
    f.loop(
        ZERO,
        Value.of(width),
        Value.of(lanes),
        i -> f.store(f.load(Value.floats(lanes), f.element(row, i)), f.element(f.parameter(2), i)));
    return f.text();
  }

  /** {@code norm(x, weights, out)}: {@code x / sqrt(mean(x^2) + eps) * w}. */
  private String norm() {
    FunctionText f = new FunctionText("internal", "norm", ADDRESS, ADDRESS, ADDRESS);
    Value width = Value.of(Lanes.up(config.hiddenSize()));
    Variable squares = f.variable(Lanes.constant(0));
    f.loop(
        ZERO,
        width,
        LANES,
        i -> {
          Value x = f.load(Lanes.TYPE, f.element(f.parameter(0), i));
          squares.set(f.fma(x, x, squares.get()));
        });
    Value sum = Lanes.sum(f, squares.get(), Lanes.COUNT);
    Value mean = f.op("fdiv", sum, Value.of(FLOAT, (float) config.hiddenSize()));
    Value root = f.root(f.op("fadd", mean, Value.of(FLOAT, (float) config.rmsNormEpsilon())));
    Value scale = f.repeat(f.op("fdiv", Value.of(FLOAT, 1f), root), Lanes.COUNT);
    f.loop(
        ZERO,
        width,
        LANES,
        i -> {
          Value x = f.load(Lanes.TYPE, f.element(f.parameter(0), i));
          Value w = f.load(Lanes.TYPE, f.element(f.parameter(1), i));
          f.store(f.op("fmul", f.op("fmul", x, scale), w), f.element(f.parameter(2), i));
        });
    return f.text();
  }

  /** {@code gate(gate, up, first, end)}: {@code silu(gate) * up} in place of the gate. */
  private static String gate() {
    FunctionText f = new FunctionText("internal", "gate", ADDRESS, ADDRESS, LONG, LONG);
    Value one = Lanes.constant(1);
    f.loop(
        f.parameter(2),
        f.parameter(3),
        LANES,
        i -> {
          Value at = f.element(f.parameter(0), i);
          Value x = f.load(Lanes.TYPE, at);
          Value up = f.load(Lanes.TYPE, f.element(f.parameter(1), i));
          Value e = Lanes.exponential(f, f.op("fsub", Lanes.constant(0), x));
          Value silu = f.op("fdiv", x, f.op("fadd", one, e));
          f.store(f.op("fmul", silu, up), at);
        });
    return f.text();
  }

  /** {@code best(logits, token)}: the first of the largest logits. */
  private String best() {
    FunctionText f = new FunctionText("internal", "best", ADDRESS, ADDRESS);
    int words = config.vocabularySize();
    int whole = words / Lanes.COUNT * Lanes.COUNT;
    Variable largest = f.variable(Lanes.constant(Float.NEGATIVE_INFINITY));
    f.loop(
        ZERO,
        Value.of(whole),
        LANES,
        i ->
            largest.set(f.larger(f.load(Lanes.TYPE, f.element(f.parameter(0), i)), largest.get())));
    Variable top = f.variable(Lanes.largest(f, largest.get()));
    f.loop(
        Value.of(whole),
        Value.of(words),
        ONE,
        i -> top.set(f.larger(f.load(FLOAT, f.element(f.parameter(0), i)), top.get())));
    Value most = top.get();
    Variable place = f.variable(ZERO);
    f.repeatWhile(
        () -> {
          Value here = f.load(FLOAT, f.element(f.parameter(0), place.get()));
          return f.op(
              "and",
              f.compare("fcmp une", here, most),
              f.compare("icmp slt", place.get(), Value.of(words - 1L)));
        },
        () -> place.set(f.plus(place.get(), ONE)));
    f.store(place.get(), f.parameter(1));
    return f.text();
  }

  /**
   * {@code pack(weights, outputs, inputs, panels, inputs of a panel, first panel, behind the
   * last)}: copies a matrix [outputs, inputs] into panels. What fills them up is left as it is.
   */
  private static String pack() {
    FunctionText f = new FunctionText("", "pack", ADDRESS, LONG, LONG, ADDRESS, LONG, LONG, LONG);
    Value inputs = f.parameter(2);
    f.loop(
        f.parameter(5),
        f.parameter(6),
        ONE,
        panel -> {
          Value first = f.times(panel, Lanes.COUNT);
          Value outputs = f.smaller(LANES, f.op("sub", f.parameter(1), first));
          Value target = f.at(f.parameter(3), f.times(f.times(panel, f.parameter(4)), Lanes.BYTES));
          f.loop(
              outputs,
              lane -> {
                Value row = f.element(f.parameter(0), f.times(f.plus(first, lane), inputs));
                Value column = f.element(target, lane);
                f.loop(
                    inputs,
                    k ->
                        f.store(
                            f.load(FLOAT, f.element(row, k)),
                            f.element(column, f.times(k, Lanes.COUNT))));
              });
        });
    return f.text();
  }
}
