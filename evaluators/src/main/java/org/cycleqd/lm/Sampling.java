package org.cycleqd.lm;

import org.cycleqd.random.Draws;

/**
 * How a token is chosen.
 *
 * @param temperature 0 for the most probable token; else logits are divided by it
 * @param topP tokens are drawn from the smallest set that holds this share of the probability
 *     (nucleus sampling, arXiv 1904.09751), in (0, 1]
 * @param seed the n-th token of an answer depends on it and n, not on what else is in the batch
 */
public record Sampling(double temperature, double topP, long seed) {

  /** Checks the ranges. */
  public Sampling {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature: found %s, expected a number from 0".formatted(temperature));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "top_p: found %s, expected a number above 0, up to 1".formatted(topP));
    }
  }

  /** Always the most probable token. */
  public static Sampling greedy() {
    return new Sampling(0, 1, 0);
  }

  /** Whether chance has a part in it. */
  public boolean draws() {
    return temperature > 0;
  }

  /** The number in [0, 1) that decides on the n-th token of an answer. */
  float draw(int n) {
    return (float) Math.min(Draws.at(seed, "token").uniform(n), Math.nextDown(1f));
  }
}
