package org.cycleqd.llvm;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The text of one function in LLVM's intermediate representation, written from its beginning to its
 * end. Nothing is contracted or reordered: what the function computes has the same bits on every
 * processor.
 */
public final class FunctionText {

  private final String head;
  private final List<String> types;
  private final StringBuilder variables = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private int names;

  /**
   * Begins a function without a result.
   *
   * @param kind {@code ""} for one that Java may call, {@code "internal"} for one of the module's
   *     own
   * @param types of its parameters
   */
  public FunctionText(String kind, String name, String... types) {
    this.types = List.of(types);
    String parameters =
        IntStream.range(0, types.length)
            .mapToObj(i -> types[i] + " %p" + i)
            .collect(Collectors.joining(", "));
    // Internal functions stay functions: inlined into each other they would be one large one.
    String attributes = kind.isEmpty() ? "nounwind" : "nounwind noinline";
    this.head = "define %s void @%s(%s) %s {%n".formatted(kind, name, parameters, attributes);
  }

  /** A parameter. */
  public Value parameter(int place) {
    return new Value(types.get(place), "%p" + place);
  }

  private String fresh() {
    return "%v" + names++;
  }

  private Value line(String type, String instruction) {
    String name = fresh();
    body.append("  ").append(name).append(" = ").append(instruction).append('\n');
    return new Value(type, name);
  }

  /** An instruction on two operands of a type, such as {@code fadd} or {@code mul}. */
  public Value op(String instruction, Value a, Value b) {
    return line(a.type(), "%s %s, %s".formatted(instruction, a, b.text()));
  }

  /** Sum of integers. */
  public Value plus(Value a, Value b) {
    return op("add", a, b);
  }

  /** Product of integers. */
  public Value times(Value a, Value b) {
    return op("mul", a, b);
  }

  /** Product of integers. */
  public Value times(Value a, long b) {
    return times(a, Value.of(b));
  }

  /** {@code a * b + c}, rounded once. */
  public Value fma(Value a, Value b, Value c) {
    return call(a.type(), "llvm.fma." + suffix(a.type()), a, b, c);
  }

  /** The square root. */
  public Value root(Value a) {
    return call(a.type(), "llvm.sqrt." + suffix(a.type()), a);
  }

  /** The larger of two; the second where one is no number. */
  public Value larger(Value a, Value b) {
    return select(compare("fcmp ogt", a, b), a, b);
  }

  /** The smaller of two integers. */
  public Value smaller(Value a, Value b) {
    return select(compare("icmp slt", a, b), a, b);
  }

  /** A comparison such as {@code fcmp ogt} or {@code icmp eq}. */
  public Value compare(String comparison, Value a, Value b) {
    int lanes = Value.lanes(a.type());
    return line(
        lanes == 0 ? "i1" : "<" + lanes + " x i1>", "%s %s, %s".formatted(comparison, a, b.text()));
  }

  /** One of two values, by a comparison. */
  public Value select(Value condition, Value yes, Value no) {
    return line(yes.type(), "select %s, %s, %s".formatted(condition, yes, no));
  }

  /** Another type, by an instruction such as {@code bitcast} or {@code zext}. */
  public Value convert(String instruction, Value a, String type) {
    return line(type, "%s %s to %s".formatted(instruction, a, type));
  }

  private static String suffix(String type) {
    int lanes = Value.lanes(type);
    return lanes == 0 ? "f32" : "v" + lanes + "f32";
  }

  private Value call(String type, String function, Value... arguments) {
    return line(type, "call %s @%s(%s)".formatted(type, function, list(arguments)));
  }

  /** Calls a function of the module. */
  public void call(String function, Value... arguments) {
    body.append("  call void @%s(%s)%n".formatted(function, list(arguments)));
  }

  private static String list(Value... values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> values[i].toString())
        .collect(Collectors.joining(", "));
  }

  /** An address that lies so many bytes behind another one. */
  public Value at(Value address, Value bytes) {
    return line(Value.ADDRESS, "getelementptr i8, %s, %s".formatted(address, bytes));
  }

  /** An address that lies so many bytes behind another one. */
  public Value at(Value address, long bytes) {
    return bytes == 0 ? address : at(address, Value.of(bytes));
  }

  /** The address of an element of four bytes. */
  public Value element(Value address, Value index) {
    String type = Value.FLOAT + "*";
    Value place =
        line(type, "getelementptr float, %s, %s".formatted(typed(address, Value.FLOAT), index));
    return convert("bitcast", place, Value.ADDRESS);
  }

  private Value typed(Value address, String type) {
    return line(type + "*", "bitcast %s to %s*".formatted(address, type));
  }

  /** What lies at an address. Elements need only be aligned to their own size. */
  public Value load(String type, Value address) {
    return line(
        type, "load %s, %s, align %d".formatted(type, typed(address, type), alignment(type)));
  }

  /** Puts a value at an address. */
  public void store(Value value, Value address) {
    Value target = typed(address, value.type());
    body.append("  store %s, %s, align %d%n".formatted(value, target, alignment(value.type())));
  }

  /**
   * Puts a vector at an address that is a multiple of its size, past the caches; the module
   * declares {@code !0 = !{i32 1}}.
   */
  public void stream(Value value, Value address, int bytes) {
    Value target = typed(address, value.type());
    body.append("  store %s, %s, align %d, !nontemporal !0%n".formatted(value, target, bytes));
  }

  /** Lets other threads see what was streamed before what is stored after. */
  public void fence() {
    body.append("  fence seq_cst\n");
  }

  private static int alignment(String type) {
    return type.endsWith("i16>")
        ? 2
        : type.equals(Value.LONG) || type.equals(Value.ADDRESS) ? 8 : 4;
  }

  /** A float32 at an address, in all lanes. */
  public Value broadcast(Value address, int lanes) {
    return repeat(load(Value.FLOAT, address), lanes);
  }

  /** A number in all lanes. */
  public Value repeat(Value number, int lanes) {
    String type = "<%d x %s>".formatted(lanes, number.type());
    Value first = line(type, "insertelement %s undef, %s, i32 0".formatted(type, number));
    return line(
        type,
        "shufflevector %s, %s undef, <%d x i32> zeroinitializer".formatted(first, type, lanes));
  }

  /** A vector with one element replaced. */
  public Value insert(Value vector, Value number, int lane) {
    return line(vector.type(), "insertelement %s, %s, i32 %d".formatted(vector, number, lane));
  }

  /** An element of a vector. */
  public Value extract(Value vector, int lane) {
    return line(Value.element(vector.type()), "extractelement %s, i32 %d".formatted(vector, lane));
  }

  /** Elements of two vectors of a length, counted through both. */
  public Value shuffle(Value a, Value b, int lanes, IntUnaryOperator source) {
    String places =
        IntStream.range(0, lanes)
            .mapToObj(i -> "i32 " + source.applyAsInt(i))
            .collect(Collectors.joining(", "));
    return line(
        "<%d x %s>".formatted(lanes, Value.element(a.type())),
        "shufflevector %s, %s, <%d x i32> <%s>".formatted(a, b, lanes, places));
  }

  /** Whether an address is 0. */
  public Value isNull(Value address) {
    return compare("icmp eq", address, new Value(Value.ADDRESS, "null"));
  }

  /** Lets another thread have the core; the module declares {@code sched_yield}. */
  public void giveWay() {
    line("i32", "call i32 @sched_yield()");
  }

  /** Asks the processor to bring a cache line near. */
  public void prefetch(Value address) {
    body.append("  call void @llvm.prefetch.p0i8(%s, i32 0, i32 3, i32 1)%n".formatted(address));
  }

  /** Adds to a number that several threads count on; returns what it was. */
  public Value count(Value address, long more) {
    return line(
        Value.LONG, "atomicrmw add %s, i64 %d seq_cst".formatted(typed(address, Value.LONG), more));
  }

  /** A number that another thread may change. */
  public Value observe(Value address) {
    return line(
        Value.LONG, "load atomic i64, %s seq_cst, align 8".formatted(typed(address, Value.LONG)));
  }

  /** A place for a value that changes. */
  public Variable variable(Value initial) {
    String name = fresh();
    variables.append("  ").append(name).append(" = alloca ").append(initial.type()).append('\n');
    Variable variable = new Variable(initial.type(), name);
    variable.set(initial);
    return variable;
  }

  /** A value that changes. */
  public final class Variable {

    private final String type;
    private final String name;

    private Variable(String type, String name) {
      this.type = type;
      this.name = name;
    }

    /** What it is now. */
    public Value get() {
      return line(type, "load %s, %s* %s".formatted(type, type, name));
    }

    /** Changes it. */
    public void set(Value value) {
      body.append("  store %s, %s* %s%n".formatted(value, type, name));
    }
  }

  /** Repeats a part for {@code i = from, from + step, ...} below {@code to}. */
  public void loop(Value from, Value to, Value step, Consumer<Value> part) {
    Variable counter = variable(from);
    repeatWhile(
        () -> compare("icmp slt", counter.get(), to),
        () -> {
          Value i = counter.get();
          part.accept(i);
          counter.set(plus(i, step));
        });
  }

  /** Repeats a part for {@code i = 0, 1, ...} below a number. */
  public void loop(Value count, Consumer<Value> part) {
    loop(Value.of(0), count, Value.of(1), part);
  }

  /** A condition that is looked at before each round. */
  @FunctionalInterface
  public interface Condition {
    /** Writes what computes it. */
    Value write();
  }

  /** Repeats a part as long as a condition holds. */
  public void repeatWhile(Condition condition, Runnable part) {
    String label = "l" + names++;
    body.append("  br label %%%1$s.head%n%1$s.head:%n".formatted(label));
    Value goesOn = condition.write();
    body.append(
        "  br %2$s, label %%%1$s.body, label %%%1$s.end%n%1$s.body:%n".formatted(label, goesOn));
    part.run();
    body.append("  br label %%%1$s.head%n%1$s.end:%n".formatted(label));
  }

  /** Does one of two parts. */
  public void either(Value condition, Runnable yes, Runnable no) {
    String label = "l" + names++;
    body.append(
        "  br %2$s, label %%%1$s.yes, label %%%1$s.no%n%1$s.yes:%n".formatted(label, condition));
    yes.run();
    body.append("  br label %%%1$s.end%n%1$s.no:%n".formatted(label));
    no.run();
    body.append("  br label %%%1$s.end%n%1$s.end:%n".formatted(label));
  }

  /** The text of the whole function. */
  public String text() {
    return head + "entry:\n" + variables + "  br label %start\nstart:\n" + body + "  ret void\n}\n";
  }
}
