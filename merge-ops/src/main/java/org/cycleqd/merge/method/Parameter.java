package org.cycleqd.merge.method;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A parameter of a method: its name, what it may be and what it is if not given.
 *
 * @param name its name in recipes
 * @param kind type of its values
 * @param fallback the value where none is given; empty if one must be
 * @param lower smallest number
 * @param upper largest number
 * @param choices the texts that are allowed, and what the flags false and true mean
 */
public record Parameter(
    String name,
    Kind kind,
    Optional<Object> fallback,
    double lower,
    double upper,
    Map<Object, String> choices) {

  /** Type of a parameter's values. */
  public enum Kind {
    /** A finite number. */
    NUMBER,
    /** True or false. */
    FLAG,
    /** One of several names. */
    CHOICE
  }

  /** Copies the map. */
  public Parameter {
    choices = Map.copyOf(choices);
  }

  static Parameter number(String name) {
    return number(name, Optional.empty());
  }

  static Parameter number(String name, double fallback) {
    return number(name, Optional.of(fallback));
  }

  private static Parameter number(String name, Optional<Object> fallback) {
    return new Parameter(
        name, Kind.NUMBER, fallback, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Map.of());
  }

  static Parameter flag(String name, boolean fallback) {
    return new Parameter(name, Kind.FLAG, Optional.of(fallback), 0, 1, Map.of());
  }

  static Parameter choice(String name, String fallback, Map<Object, String> choices) {
    return new Parameter(name, Kind.CHOICE, Optional.of(fallback), 0, 1, choices);
  }

  Parameter within(double from, double to) {
    return new Parameter(name, kind, fallback, from, to, choices);
  }

  /**
   * Checks a value, and gives it the type that methods read.
   *
   * @param value a {@link Number}, {@link Boolean} or {@link String}
   * @return a {@link Double}, {@link Boolean} or {@link String} by {@link #kind}; empty if it is
   *     not {@link #expected}
   */
  public Optional<Object> accept(Object value) {
    return switch (kind) {
      case NUMBER ->
          value instanceof Number number
                  && Double.isFinite(number.doubleValue())
                  && number.doubleValue() >= lower
                  && number.doubleValue() <= upper
              ? Optional.of(number.doubleValue())
              : Optional.empty();
      case FLAG ->
          switch (value) {
            case Boolean flag -> Optional.of(flag);
            case Number number when number.doubleValue() == 0 -> Optional.of(false);
            case Number number when number.doubleValue() == 1 -> Optional.of(true);
            default -> Optional.empty();
          };
      case CHOICE -> Optional.ofNullable(choices.get(value));
    };
  }

  /** What is accepted, in words. */
  public String expected() {
    return switch (kind) {
      case NUMBER -> {
        if (lower == Double.NEGATIVE_INFINITY && upper == Double.POSITIVE_INFINITY) {
          yield "a finite number";
        }
        yield upper == Double.POSITIVE_INFINITY
            ? "a number of %s or more".formatted(lower)
            : "a number from %s to %s".formatted(lower, upper);
      }
      case FLAG -> "true or false";
      case CHOICE -> "one of " + choices.values().stream().distinct().sorted().toList();
    };
  }

  /** The names in a list of parameters. */
  public static List<String> names(List<Parameter> parameters) {
    return parameters.stream().map(Parameter::name).toList();
  }
}
