package org.cycleqd.task.pico;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;

/** A chain of list operations, with the expression that computes it and the words that ask it. */
record ListProgram(List<Step> chain, String prompt) implements Composition {
  static final String RAISES = "!";
  private static final int FEWEST_TELLING_RESULTS = 3;

  /** An operation with its number; 0 where it takes none. */
  record Step(ListOperation operation, int number) {}

  @Override
  public String answer() {
    return expression(chain);
  }

  @Override
  public String key() {
    return answer();
  }

  @Override
  public int steps() {
    return chain.size();
  }

  @Override
  public boolean meaningful() {
    List<long[]> inputs = ListInputs.of(answer());
    List<String> results = results(chain, inputs);
    long telling =
        results.stream().filter(result -> !result.equals(RAISES) && !result.equals("[]")).count();
    if (telling < FEWEST_TELLING_RESULTS || results.stream().distinct().count() < 2) {
      return false;
    }
    return Subchains.of(chain).stream()
        .noneMatch(shorter -> results(shorter, inputs).equals(results));
  }

  /** What Python prints for each list, {@link #RAISES} where it raises an exception. */
  List<String> results(List<long[]> inputs) {
    return results(chain, inputs);
  }

  private static List<String> results(List<Step> chain, List<long[]> inputs) {
    return inputs.stream().map(values -> result(chain, values)).toList();
  }

  private static String result(List<Step> chain, long[] input) {
    long[] values = input;
    try {
      for (Step step : chain) {
        values = step.operation().apply(values, step.number());
      }
    } catch (NoSuchElementException emptyExtreme) {
      return RAISES;
    }
    boolean aggregated = !chain.isEmpty() && chain.getLast().operation().isAggregate();
    return aggregated ? Long.toString(values[0]) : Arrays.toString(values);
  }

  private static String expression(List<Step> chain) {
    String code = "x";
    for (Step step : chain) {
      code = step.operation().around(code, step.number());
    }
    return code;
  }
}
