package org.cycleqd.llvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Functions that are written, compiled and called. */
class NativeCodeTest {

  private static final String DECLARATIONS =
      """
      declare float @llvm.fma.f32(float, float, float)
      declare float @llvm.sqrt.f32(float)
      declare <16 x float> @llvm.fma.v16f32(<16 x float>, <16 x float>, <16 x float>)
      declare void @llvm.prefetch.p0i8(i8*, i32, i32, i32)
      declare i32 @sched_yield()
      """;

  @BeforeEach
  void thereIsACompiler() {
    assumeTrue(Processor.find().isPresent(), "no compiler for this processor");
  }

  private static String written(Consumer<FunctionText> body) {
    FunctionText f = new FunctionText("", "it", Value.ADDRESS, Value.ADDRESS, Value.LONG);
    body.accept(f);
    return DECLARATIONS + f.text();
  }

  /** What a function (numbers in, numbers out, a number) leaves in the second array. */
  private static float[] run(Consumer<FunctionText> body, long number, float... given) {
    try (NativeCode code = NativeCode.compile(written(body))) {
      return run(code, number, given);
    }
  }

  private static float[] run(NativeCode code, long number, float... given) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_FLOAT, given);
      MemorySegment out = arena.allocate(in.byteSize(), Float.BYTES);
      code.function("it", 3).invokeExact(in.address(), out.address(), number);
      return out.toArray(ValueLayout.JAVA_FLOAT);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static float[] eachDoubled(long from, long to, long step) {
    return run(
        f ->
            f.loop(
                Value.of(from),
                f.parameter(2),
                Value.of(step),
                i -> {
                  Value x = f.load(Value.FLOAT, f.element(f.parameter(0), i));
                  f.store(f.op("fadd", x, x), f.element(f.parameter(1), i));
                }),
        to,
        1,
        2,
        3,
        4,
        5);
  }

  @Test
  void aLoopGoesFromItsStartByItsStepToBelowItsEnd() {
    assertThat(eachDoubled(0, 5, 1)).containsExactly(2, 4, 6, 8, 10);
    assertThat(eachDoubled(1, 5, 3)).containsExactly(0, 4, 0, 0, 10);
    assertThat(eachDoubled(1, 4, 3)).containsExactly(0, 4, 0, 0, 0);
    assertThat(eachDoubled(3, 3, 1)).containsExactly(0, 0, 0, 0, 0);
    assertThat(eachDoubled(3, -9, 1)).containsExactly(0, 0, 0, 0, 0);
  }

  @Test
  void aVariableIsWhatItWasLastSetToInNestedParts() {
    float[] found =
        run(
            f -> {
              FunctionText.Variable odd = f.variable(Value.of(Value.FLOAT, 0f));
              FunctionText.Variable even = f.variable(Value.of(Value.FLOAT, 0f));
              f.loop(
                  Value.of(0),
                  f.parameter(2),
                  Value.of(1),
                  i -> {
                    Value x = f.load(Value.FLOAT, f.element(f.parameter(0), i));
                    f.either(
                        f.compare("icmp eq", f.op("and", i, Value.of(1)), Value.of(1)),
                        () -> odd.set(f.op("fadd", odd.get(), x)),
                        () ->
                            f.loop(
                                Value.of(0),
                                i,
                                Value.of(1),
                                _ -> even.set(f.op("fadd", even.get(), x))));
                  });
              f.store(odd.get(), f.parameter(1));
              f.store(even.get(), f.at(f.parameter(1), Float.BYTES));
            },
            5,
            1,
            10,
            100,
            1000,
            10000);
    assertThat(found).startsWith(1010, 2 * 100 + 4 * 10000);
  }

  @Test
  void partsMayBeRepeatedWhileAConditionHolds() {
    float[] found =
        run(
            f -> {
              FunctionText.Variable x = f.variable(f.load(Value.FLOAT, f.parameter(0)));
              f.repeatWhile(
                  () -> f.compare("fcmp ogt", x.get(), Value.of(Value.FLOAT, 1f)),
                  () -> {
                    f.giveWay();
                    x.set(f.op("fmul", x.get(), Value.of(Value.FLOAT, 0.5f)));
                  });
              f.store(x.get(), f.parameter(1));
            },
            0,
            24);
    assertThat(found).containsExactly(0.75f);
  }

  @Test
  void productAndSumAreRoundedOnceWhereThatIsSaidAndTwiceElsewhere() {
    float a = 1 + 0x1p-12f;
    float[] found =
        run(
            f -> {
              Value x = f.load(Value.FLOAT, f.parameter(0));
              Value y = f.load(Value.FLOAT, f.at(f.parameter(0), Float.BYTES));
              f.store(f.fma(x, x, y), f.parameter(1));
              f.store(f.op("fadd", f.op("fmul", x, x), y), f.at(f.parameter(1), Float.BYTES));
              f.store(f.root(x), f.at(f.parameter(1), 2 * Float.BYTES));
            },
            0,
            a,
            -1,
            0);
    assertThat(found).containsExactly(Math.fma(a, a, -1), a * a - 1, (float) Math.sqrt(a));
    assertThat(found[0]).isNotEqualTo(found[1]);
  }

  @Test
  void theLargerOfANumberAndNoNumberIsTheSecond() {
    float[] found =
        run(
            f -> {
              Value x = f.load(Value.FLOAT, f.parameter(0));
              Value y = f.load(Value.FLOAT, f.at(f.parameter(0), Float.BYTES));
              f.store(f.larger(x, y), f.parameter(1));
              f.store(f.larger(y, x), f.at(f.parameter(1), Float.BYTES));
              Value few = f.smaller(f.parameter(2), Value.of(-2));
              f.store(f.convert("sitofp", few, Value.FLOAT), f.at(f.parameter(1), 8));
            },
            -7,
            Float.NaN,
            5,
            0);
    assertThat(found).containsExactly(5, Float.NaN, -7);
  }

  @Test
  void elementsOfVectorsGoWhereTheyAreSent() {
    String four = Value.floats(4);
    float[] found =
        run(
            f -> {
              Value a = f.load(four, f.parameter(0));
              Value b = f.load(four, f.at(f.parameter(0), 4 * Float.BYTES));
              Value mixed = f.shuffle(a, b, 4, i -> 7 - 2 * i);
              f.store(mixed, f.parameter(1));
              Value tall = f.compare("fcmp ogt", mixed, f.repeat(f.extract(a, 2), 4));
              Value chosen = f.select(tall, Value.of(four, -1f), f.insert(a, f.extract(b, 0), 3));
              f.store(chosen, f.at(f.parameter(1), 4 * Float.BYTES));
            },
            0,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8);
    assertThat(found).containsExactly(8, 6, 4, 2, -1, -1, -1, 5);
  }

  @Test
  void addressesMayBeNothingAndCountersAreSeenByOthers() {
    FunctionText g = new FunctionText("internal", "mark", Value.ADDRESS, Value.LONG);
    g.either(
        g.isNull(g.parameter(0)),
        () -> {},
        () -> g.store(g.convert("sitofp", g.parameter(1), Value.FLOAT), g.parameter(0)));
    String text =
        written(f -> {
          f.prefetch(f.parameter(0));
          f.call("mark", f.convert("inttoptr", Value.of(0), Value.ADDRESS), Value.of(1));
          Value before = f.count(f.parameter(0), 3);
          f.call("mark", f.parameter(1), before);
          f.call("mark", f.at(f.parameter(1), Float.BYTES), f.observe(f.parameter(0)));
        });
    try (NativeCode code = NativeCode.compile(text + g.text())) {
      assertThat(run(code, 0, Float.intBitsToFloat(40), 0)).containsExactly(40, 43);
    }
  }

  /** Long sums in vectors, for this processor and for one that has neither AVX nor fused sums. */
  @Test
  void theBitsDoNotDependOnTheWidthOfVectors() {
    String text =
        written(f -> {
          String type = Value.floats(16);
          FunctionText.Variable sum = f.variable(Value.of(type, 0f));
          f.loop(
              Value.of(0),
              f.parameter(2),
              Value.of(16),
              i -> {
                Value x = f.load(type, f.element(f.parameter(0), i));
                Value y = f.op("fdiv", x, f.op("fadd", x, Value.of(type, 3f)));
                sum.set(f.fma(x, y, f.op("fmul", sum.get(), Value.of(type, 0.99f))));
                f.store(sum.get(), f.element(f.parameter(1), i));
              });
        });
    float[] given = new float[1600];
    Draws draws = Draws.at(1, "numbers");
    for (int i = 0; i < given.length; i++) {
      given[i] = (float) draws.gaussian(i);
    }
    try (NativeCode here = NativeCode.compile(text);
        NativeCode plain = NativeCode.compile(text, new Processor("x86-64", ""))) {
      assertThat(run(plain, given.length, given)).isEqualTo(run(here, given.length, given));
    }
  }

  @Test
  void refusedTextIsRefusedWithThePlace() {
    String text = written(f -> f.op("fadd", f.parameter(2), Value.of(1)));
    int line = text.substring(0, text.indexOf("fadd")).split("\n", -1).length;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NativeCode.compile(text))
        .withMessageStartingWith("LLVM refused the functions: ")
        .withMessageContaining("%d:".formatted(line))
        .withMessageContaining("fadd i64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NativeCode.compile(written(f -> f.call("missing", f.parameter(2)))))
        .withMessageContaining("@missing");
  }

  @Test
  void functionsThatAreNotThereAreNamed() {
    try (NativeCode code = NativeCode.compile(written(_ -> {}))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> code.function("there_is_no_such_function", 1))
          .withMessageContaining("there_is_no_such_function");
      assertThat(run(code, 0, 1)).containsExactly(0);
    }
  }

  @Test
  void modulesDoNotKnowEachOther() {
    String one = written(f -> f.store(Value.of(Value.FLOAT, 1f), f.parameter(1)));
    String two = written(f -> f.store(Value.of(Value.FLOAT, 2f), f.parameter(1)));
    try (NativeCode first = NativeCode.compile(one);
        NativeCode second = NativeCode.compile(two)) {
      assertThat(run(first, 0, 0)).containsExactly(1);
      assertThat(run(second, 0, 0)).containsExactly(2);
    }
  }

  @Test
  void closingTwiceIsHarmless() {
    NativeCode code = NativeCode.compile(written(_ -> {}));
    code.close();
    code.close();
  }
}
