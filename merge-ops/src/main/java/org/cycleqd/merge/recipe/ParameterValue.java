package org.cycleqd.merge.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a recipe gives for a parameter: the same for all tensors, or by layer, or by name. */
public sealed interface ParameterValue {

  /** This value, and {@code further} for tensors that it does not match. */
  default ParameterValue or(ParameterValue further) {
    if (!(this instanceof Filtered(List<Entry> first))) {
      return this;
    }
    List<Entry> entries = new ArrayList<>(first);
    switch (further) {
      case Filtered(List<Entry> more) -> entries.addAll(more);
      case Unconditional value -> entries.add(new Entry(Optional.empty(), value));
    }
    return new Filtered(entries);
  }

  /** A value that does not ask for the tensor's name. */
  sealed interface Unconditional extends ParameterValue permits Constant, Gradient {}

  /** A value that is the same everywhere. */
  sealed interface Constant extends Unconditional permits Scalar, Flag, Text {}

  /**
   * A number.
   *
   * @param value finite
   */
  record Scalar(double value) implements Constant {

    /** Checks that the number is finite. */
    public Scalar {
      Requirements.require(Double.isFinite(value), "value", value, "a finite number");
    }
  }

  /** Yes or no. */
  record Flag(boolean value) implements Constant {}

  /** A named value, e.g. {@code l1}. */
  record Text(String value) implements Constant {}

  /**
   * A value that changes over the layers of a slice, piecewise linear between equidistant anchors.
   *
   * @param anchors at least one, all finite
   */
  record Gradient(List<Double> anchors) implements Unconditional {

    /** Copies and checks the anchors. */
    public Gradient {
      anchors = List.copyOf(anchors);
      Requirements.require(!anchors.isEmpty(), "value", "an empty list", "at least one number");
      Requirements.require(
          anchors.stream().allMatch(Double::isFinite), "value", anchors, "finite numbers");
    }

    /**
     * The value at a place.
     *
     * @param t 0 at the first anchor to 1 at the last
     */
    public double at(double t) {
      double place = t * (anchors.size() - 1);
      int before = (int) place;
      int after = Math.min(before + 1, anchors.size() - 1);
      double share = place - before;
      return (1 - share) * anchors.get(before) + share * anchors.get(after);
    }
  }

  /**
   * A value by the tensor's name: the first entry that matches counts, and where none does the
   * parameter is not given here.
   *
   * @param entries at least one
   */
  record Filtered(List<Entry> entries) implements ParameterValue {

    /** Copies the entries and checks that there is one. */
    public Filtered {
      entries = List.copyOf(entries);
      Requirements.require(!entries.isEmpty(), "value", "an empty list", "at least one entry");
    }
  }

  /**
   * A value for some tensors.
   *
   * @param filter part of the tensors' names; {@code *} or none matches all
   */
  record Entry(Optional<String> filter, Unconditional value) {

    /** Whether the value is meant for this tensor. */
    public boolean matches(String tensor) {
      return filter.map(part -> part.equals("*") || tensor.contains(part)).orElse(true);
    }
  }
}
