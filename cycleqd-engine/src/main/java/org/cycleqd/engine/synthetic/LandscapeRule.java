package org.cycleqd.engine.synthetic;

/**
 * What the tasks of a landscape are like.
 *
 * @param seed of everything that is drawn
 * @param conflict from 0, where one genome is best in all tasks, to 1, where each task is best
 *     served by its own expert
 * @param width how far from its best genome a task still gives a good score: at the distance of one
 *     width the score is {@code exp(-1/2)}; an expert lies sqrt(2) from another
 * @param scatter standard deviation of the best coefficients around their expert's, of each
 *     tensor's and once more of each component's; the same in all tasks
 * @param noise standard deviation of what an item adds to a genome's quality
 */
public record LandscapeRule(
    long seed, double conflict, double width, double scatter, double noise) {

  /** Checks the ranges. */
  public LandscapeRule {
    if (!(conflict >= 0 && conflict <= 1)) {
      throw new IllegalArgumentException("conflict must lie in [0, 1], was " + conflict);
    }
    if (!(width > 0) || !Double.isFinite(width)) {
      throw new IllegalArgumentException("width must be positive, was " + width);
    }
    if (!(scatter >= 0) || !Double.isFinite(scatter)) {
      throw new IllegalArgumentException("scatter must not be negative, was " + scatter);
    }
    if (!(noise >= 0) || !Double.isFinite(noise)) {
      throw new IllegalArgumentException("noise must not be negative, was " + noise);
    }
  }

  /** Tasks in some conflict, with noisy items. */
  public static LandscapeRule standard(long seed) {
    return new LandscapeRule(seed, 0.7, 0.7, 0.2, 0.1);
  }
}
