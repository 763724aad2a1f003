package org.cycleqd.checkpoint;

import java.util.Optional;

/**
 * How positions turn queries and keys.
 *
 * @param theta base of the geometric sequence of frequencies, positive
 * @param scaling frequency scaling, or empty for plain rotary embeddings
 */
public record RotaryEmbedding(double theta, Optional<Llama3Scaling> scaling) {

  /** Checks that theta is positive. */
  public RotaryEmbedding {
    Requirements.requirePositive("rope_theta", theta);
  }

  /** Plain rotary embeddings. */
  public static RotaryEmbedding of(double theta) {
    return new RotaryEmbedding(theta, Optional.empty());
  }
}
