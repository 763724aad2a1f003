package org.cycleqd.spectral;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How many tensors share one coefficient of crossover or mutation. */
public enum Granularity {
  /** One coefficient for the whole model, as in the paper. */
  MODEL("model"),
  /** One coefficient per layer group. */
  LAYER_GROUP("layer-group"),
  /** One coefficient per tensor. */
  TENSOR("tensor");

  private final String spelling;

  Granularity(String spelling) {
    this.spelling = spelling;
  }

  /** The name that config files and journals use. */
  public String spelling() {
    return spelling;
  }

  /**
   * The granularity of this spelling.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Granularity of(String spelling) {
    return Arrays.stream(values())
        .filter(granularity -> granularity.spelling.equals(spelling))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "granularity must be one of %s, was %s"
                    .formatted(
                        Arrays.stream(values())
                            .map(Granularity::spelling)
                            .collect(Collectors.joining(", ")),
                        spelling)));
  }

  /** The key under which tensors share a coefficient; also the address of its random draw. */
  public String key(TensorSite site) {
    return switch (this) {
      case MODEL -> "model";
      case LAYER_GROUP -> "group " + site.group();
      case TENSOR -> site.name();
    };
  }
}
