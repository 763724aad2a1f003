package org.cycleqd.task.pico;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** One operation on a list of whole numbers: its Python, its phrasings and its meaning. */
enum ListOperation {
  ADD(Operand.VALUE, "[a+# for a in @]", "add #", "increase by #"),
  SUBTRACT(Operand.VALUE, "[a-# for a in @]", "subtract #", "decrease by #"),
  MULTIPLY(Operand.VALUE, "[a*# for a in @]", "multiply by #", "times #"),
  REMAINDER(Operand.VALUE, "[a%# for a in @]", "remainder by #", "modulo #"),
  SQUARE(Operand.NONE, "[a*a for a in @]", "square"),
  NEGATE(Operand.NONE, "[-a for a in @]", "negate", "flip sign"),
  ABSOLUTE(Operand.NONE, "[abs(a) for a in @]", "absolute", "drop sign"),
  KEEP_EVEN(Operand.NONE, "[a for a in @ if a%2==0]", "keep even", "even only"),
  KEEP_ODD(Operand.NONE, "[a for a in @ if a%2==1]", "keep odd", "odd only"),
  KEEP_ABOVE(Operand.VALUE, "[a for a in @ if a>#]", "keep above #", "only over #"),
  KEEP_BELOW(Operand.VALUE, "[a for a in @ if a<#]", "keep below #", "only under #"),
  KEEP_MULTIPLES(
      Operand.VALUE, "[a for a in @ if a%#==0]", "keep multiples of #", "divisible by #"),
  REMOVE(Operand.VALUE, "[a for a in @ if a!=#]", "remove #", "without #"),
  SORT(Operand.NONE, "sorted(@)", "sort", "smallest first"),
  SORT_DESCENDING(Operand.NONE, "sorted(@)[::-1]", "sort descending", "largest first"),
  REVERSE(Operand.NONE, "@[::-1]", "reverse"),
  FIRST(Operand.COUNT, "@[:#]", "first #", "take #"),
  LAST(Operand.COUNT, "@[-#:]", "last #"),
  SKIP(Operand.COUNT, "@[#:]", "skip #"),
  EVERY_SECOND(Operand.NONE, "@[::2]", "every second"),
  DISTINCT(Operand.NONE, "sorted(set(@))", "distinct sorted", "unique sorted"),
  SUM(Operand.NONE, "sum(@)", "sum", "total"),
  MAXIMUM(Operand.NONE, "max(@)", "max", "largest"),
  MINIMUM(Operand.NONE, "min(@)", "min", "smallest"),
  COUNT(Operand.NONE, "len(@)", "count", "how many");

  /** What a step is given beside the list. */
  enum Operand {
    NONE,
    VALUE,
    COUNT
  }

  /** The operations that give a list. */
  static final List<ListOperation> LISTS = List.copyOf(EnumSet.range(ADD, DISTINCT));

  /** The operations that give one number. */
  static final List<ListOperation> AGGREGATES = List.copyOf(EnumSet.range(SUM, COUNT));

  private final Operand operand;
  private final String code;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> phrasings;

  ListOperation(Operand operand, String code, String... phrasings) {
    this.operand = operand;
    this.code = code;
    this.phrasings = List.of(phrasings);
  }

  Operand operand() {
    return operand;
  }

  List<String> phrasings() {
    return phrasings;
  }

  /** Wraps the operation around an expression. */
  String around(String inner, int number) {
    return code.replace("#", Integer.toString(number)).replace("@", inner);
  }

  boolean isAggregate() {
    return AGGREGATES.contains(this);
  }

  /**
   * Computes what the Python computes; an aggregate gives a list of one.
   *
   * @throws java.util.NoSuchElementException for the extreme of an empty list
   */
  long[] apply(long[] values, int number) {
    int length = values.length;
    return switch (this) {
      case ADD -> Arrays.stream(values).map(a -> a + number).toArray();
      case SUBTRACT -> Arrays.stream(values).map(a -> a - number).toArray();
      case MULTIPLY -> Arrays.stream(values).map(a -> a * number).toArray();
      case REMAINDER -> Arrays.stream(values).map(a -> Math.floorMod(a, number)).toArray();
      case SQUARE -> Arrays.stream(values).map(a -> a * a).toArray();
      case NEGATE -> Arrays.stream(values).map(a -> -a).toArray();
      case ABSOLUTE -> Arrays.stream(values).map(Math::abs).toArray();
      case KEEP_EVEN -> Arrays.stream(values).filter(a -> a % 2 == 0).toArray();
      case KEEP_ODD -> Arrays.stream(values).filter(a -> a % 2 != 0).toArray();
      case KEEP_ABOVE -> Arrays.stream(values).filter(a -> a > number).toArray();
      case KEEP_BELOW -> Arrays.stream(values).filter(a -> a < number).toArray();
      case KEEP_MULTIPLES -> Arrays.stream(values).filter(a -> a % number == 0).toArray();
      case REMOVE -> Arrays.stream(values).filter(a -> a != number).toArray();
      case SORT -> Arrays.stream(values).sorted().toArray();
      case SORT_DESCENDING -> REVERSE.apply(SORT.apply(values, 0), 0);
      case REVERSE -> {
        long[] reversed = new long[length];
        Arrays.setAll(reversed, i -> values[length - 1 - i]);
        yield reversed;
      }
      case FIRST -> Arrays.copyOfRange(values, 0, Math.min(number, length));
      case LAST -> Arrays.copyOfRange(values, Math.max(0, length - number), length);
      case SKIP -> Arrays.copyOfRange(values, Math.min(number, length), length);
      case EVERY_SECOND -> {
        long[] chosen = new long[(length + 1) / 2];
        Arrays.setAll(chosen, i -> values[2 * i]);
        yield chosen;
      }
      case DISTINCT -> Arrays.stream(values).sorted().distinct().toArray();
      case SUM -> new long[] {Arrays.stream(values).sum()};
      case MAXIMUM -> new long[] {Arrays.stream(values).max().orElseThrow()};
      case MINIMUM -> new long[] {Arrays.stream(values).min().orElseThrow()};
      case COUNT -> new long[] {length};
    };
  }
}
