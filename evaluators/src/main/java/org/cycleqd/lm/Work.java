package org.cycleqd.lm;

/**
 * What decoding cost.
 *
 * @param promptTokens tokens of prompts that were computed in passes over many tokens
 * @param draftTokens tokens of drafts, or of continuations to be scored, that were computed so
 * @param sharedTokens tokens of prompts that were taken from the cache
 * @param steps sequential steps of the decoding loop
 * @param stepTokens tokens that were computed one by one, a row each in every step
 */
public record Work(
    long promptTokens, long draftTokens, long sharedTokens, long steps, long stepTokens) {

  /** Nothing yet. */
  public static Work none() {
    return new Work(0, 0, 0, 0, 0);
  }

  /** Both together. */
  public Work plus(Work other) {
    return new Work(
        promptTokens + other.promptTokens,
        draftTokens + other.draftTokens,
        sharedTokens + other.sharedTokens,
        steps + other.steps,
        stepTokens + other.stepTokens);
  }
}
