package org.cycleqd.lm.step;

import static org.cycleqd.llvm.Value.ADDRESS;
import static org.cycleqd.llvm.Value.LONG;

import java.util.function.Consumer;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.FunctionText.Variable;
import org.cycleqd.llvm.Value;

/** The functions of one architecture: {@code step} and {@code pack}. */
final class StepText {

  private static final Value ZERO = Value.of(0);
  private static final Value ONE = Value.of(1);

  /** Looks at a meeting before others may have the core. */
  private static final int PATIENCE = 20_000;

  private final LlamaConfig config;
  private final AttentionConfig attention;
  private final Widths widths;
  private final FunctionText f =
      new FunctionText("", "step", ADDRESS, LONG, LONG, LONG, LONG, ADDRESS, LONG);
  private final Value slots = f.parameter(0);
  private final Value thread = f.parameter(1);
  private final Value threads = f.parameter(2);
  private final Value first = f.parameter(3);
  private final Value rows = f.parameter(4);
  private final Variable met = f.variable(ZERO);

  private StepText(LlamaConfig config) {
    this.config = config;
    this.attention = config.attention();
    this.widths = new Widths(config);
  }

  /** The module. */
  static String of(LlamaConfig config, boolean wide) {
    return declarations()
        + new RowsText(config).text()
        + new AttentionText(config.attention()).text()
        + new ProductText(wide).text()
        + meet()
        + new StepText(config).step();
  }

  private static String declarations() {
    StringBuilder text = new StringBuilder();
    for (String type : new String[] {"f32", "v2f32", "v4f32", "v8f32", "v16f32", "v1f32"}) {
      String name =
          type.equals("f32") ? "float" : "<" + type.substring(1, type.indexOf('f')) + " x float>";
      text.append("declare %1$s @llvm.fma.%2$s(%1$s, %1$s, %1$s)%n".formatted(name, type));
    }
    return text
        + """
        declare float @llvm.sqrt.f32(float)
        declare void @llvm.prefetch.p0i8(i8*, i32, i32, i32)
        declare void @llvm.x86.sse2.pause()
        declare i32 @sched_yield()
        """;
  }

  /** {@code meet(counter, number)}: waits until so many have come. */
  private static String meet() {
    FunctionText f = new FunctionText("internal", "meet", ADDRESS, LONG);
    f.count(f.parameter(0), 1);
    Variable looks = f.variable(ZERO);
    f.repeatWhile(
        () -> f.compare("icmp slt", f.observe(f.parameter(0)), f.parameter(1)),
        () -> {
          looks.set(f.plus(looks.get(), ONE));
          f.either(
              f.compare("icmp slt", looks.get(), Value.of(PATIENCE)),
              () -> f.call("llvm.x86.sse2.pause"),
              f::giveWay);
        });
    return f.text();
  }

  /**
   * {@code step(slots, thread, threads, first row, rows, scratch, bytes of a query's scores)}: one
   * more token for some rows. All threads share the rows given; between parts that need each
   * other's results they meet.
   */
  private String step() {
    Value stream = of(Slot.STREAM, widths.hidden());
    Value attendedStream = of(Slot.ATTENDED_STREAM, widths.hidden());
    Value normalised = of(Slot.NORMALISED, widths.hidden());
    Value inputs = of(Slot.INPUTS, widths.inputs());
    Value attended = of(Slot.ATTENDED, widths.queries());
    Value gate = of(Slot.GATE, widths.inner());
    Value up = of(Slot.UP, widths.inner());
    Value logits = of(Slot.LOGITS, widths.words());
    share(
        rows,
        r -> {
          Value token = f.load(LONG, f.at(long_(Slot.TOKENS), f.times(r, Long.BYTES)));
          f.call("embed", slot(Slot.EMBEDDING), token, row(stream, r, widths.hidden()));
        });
    f.loop(
        Value.of(config.layers()),
        l -> {
          Value layer = f.at(f.at(slots, Slot.end()), f.times(l, Slot.Layer.bytes()));
          norm(stream, part(layer, Slot.Layer.INPUT_NORM), normalised);
          meet_();
          product(
              normalised,
              widths.hidden(),
              part(layer, Slot.Layer.INPUTS),
              inputs,
              widths.inputs(),
              part(layer, Slot.Layer.INPUTS_BIAS),
              nothing());
          meet_();
          attention(layer, inputs, attended);
          meet_();
          product(
              attended,
              widths.queries(),
              part(layer, Slot.Layer.OUTPUT),
              attendedStream,
              widths.hidden(),
              part(layer, Slot.Layer.OUTPUT_BIAS),
              stream);
          meet_();
          norm(attendedStream, part(layer, Slot.Layer.MLP_NORM), normalised);
          meet_();
          product(
              normalised,
              widths.hidden(),
              part(layer, Slot.Layer.GATE),
              gate,
              widths.inner(),
              part(layer, Slot.Layer.GATE_BIAS),
              nothing());
          product(
              normalised,
              widths.hidden(),
              part(layer, Slot.Layer.UP),
              up,
              widths.inner(),
              part(layer, Slot.Layer.UP_BIAS),
              nothing());
          gate(gate, up);
          meet_();
          product(
              gate,
              widths.inner(),
              part(layer, Slot.Layer.DOWN),
              stream,
              widths.hidden(),
              part(layer, Slot.Layer.DOWN_BIAS),
              attendedStream);
          meet_();
        });
    norm(stream, slot(Slot.FINAL_NORM), normalised);
    meet_();
    product(
        normalised, widths.hidden(), slot(Slot.HEAD), logits, widths.words(), nothing(), nothing());
    meet_();
    share(
        rows,
        r ->
            f.call(
                "best",
                row(logits, r, widths.words()),
                f.at(long_(Slot.BEST), f.times(r, Long.BYTES))));
    return f.text();
  }

  private Value slot(Slot slot) {
    return f.load(ADDRESS, f.at(slots, slot.offset()));
  }

  /** An array of longs, from the first row on. */
  private Value long_(Slot slot) {
    return f.at(slot(slot), f.times(first, Long.BYTES));
  }

  /** An array of rows, from the first row on. */
  private Value of(Slot slot, long width) {
    return row(slot(slot), first, width);
  }

  private Value row(Value array, Value row, long width) {
    return f.at(array, f.times(row, width * Float.BYTES));
  }

  private Value part(Value layer, Slot.Layer part) {
    return f.load(ADDRESS, f.at(layer, part.offset()));
  }

  private Value nothing() {
    return f.convert("inttoptr", ZERO, ADDRESS);
  }

  /** This thread's part of some things. */
  private void share(Value count, Consumer<Value> each) {
    f.loop(share(count, thread), share(count, f.plus(thread, ONE)), ONE, each);
  }

  private Value share(Value count, Value upTo) {
    return f.op("udiv", f.times(count, upTo), threads);
  }

  private void meet_() {
    f.either(
        f.compare("icmp sgt", threads, ONE),
        () -> {
          met.set(f.plus(met.get(), threads));
          f.call("meet", slot(Slot.MEETING), met.get());
        },
        () -> {});
  }

  private void norm(Value source, Value weights, Value target) {
    share(
        rows,
        r ->
            f.call(
                "norm", row(source, r, widths.hidden()), weights, row(target, r, widths.hidden())));
  }

  private void product(
      Value x, long inputs, Value panels, Value y, long outputs, Value bias, Value residual) {
    Value count = Value.of(outputs / Lanes.COUNT);
    f.call(
        "product",
        x,
        Value.of(inputs * Float.BYTES),
        panels,
        Value.of(inputs),
        y,
        Value.of(outputs * Float.BYTES),
        bias,
        residual,
        rows,
        share(count, thread),
        share(count, f.plus(thread, ONE)));
  }

  /** What this thread has just computed of the gate. */
  private void gate(Value gate, Value up) {
    Value count = Value.of(widths.inner() / Lanes.COUNT);
    Value from = f.times(share(count, thread), Lanes.COUNT);
    Value end = f.times(share(count, f.plus(thread, ONE)), Lanes.COUNT);
    f.loop(
        rows,
        r -> f.call("gate", row(gate, r, widths.inner()), row(up, r, widths.inner()), from, end));
  }

  private void attention(Value layer, Value inputs, Value attended) {
    Value heads = Value.of(attention.keyValueHeads());
    Value capacity = f.convert("ptrtoint", slot(Slot.CAPACITY), LONG);
    long width = (long) attention.headDimension() * Float.BYTES;
    share(
        f.times(rows, heads),
        unit -> {
          Value r = f.op("udiv", unit, heads);
          Value head = f.op("urem", unit, heads);
          Value place = f.load(LONG, f.at(long_(Slot.PLACES), f.times(r, Long.BYTES)));
          Value cached =
              f.times(
                  f.times(f.plus(f.times(f.plus(first, r), heads), head), capacity),
                  Value.of(width));
          Value turned = f.times(place, width);
          f.call(
              "attend",
              row(inputs, r, widths.inputs()),
              row(attended, r, widths.queries()),
              f.at(part(layer, Slot.Layer.KEYS), cached),
              f.at(part(layer, Slot.Layer.VALUES), cached),
              place,
              f.at(slot(Slot.COSINES), turned),
              f.at(slot(Slot.SINES), turned),
              f.parameter(5),
              f.parameter(6),
              head,
              capacity);
        });
  }
}
