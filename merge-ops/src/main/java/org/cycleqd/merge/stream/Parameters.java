package org.cycleqd.merge.stream;

import java.util.Map;

/**
 * Values of a method's parameters for one tensor, by name; defaults are filled in.
 *
 * @param values a number as {@link Double}, a flag as {@link Boolean}, a name as {@link String}
 */
public record Parameters(Map<String, Object> values) {

  /** Copies the values. */
  public Parameters {
    values = Map.copyOf(values);
  }

  /** No parameters. */
  public static Parameters none() {
    return new Parameters(Map.of());
  }

  /** A number. */
  public double number(String name) {
    return (Double) value(name);
  }

  /** A flag. */
  public boolean flag(String name) {
    return (Boolean) value(name);
  }

  /** A named choice. */
  public String text(String name) {
    return (String) value(name);
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return value;
  }
}
