package org.cycleqd.dialogue;

/**
 * How far a dialogue may go.
 *
 * @param rounds most replies
 * @param replyTokens most tokens of a reply
 * @param tokens most tokens of all replies together
 */
public record DialogueLimits(int rounds, int replyTokens, int tokens) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public DialogueLimits {
    if (rounds < 1 || replyTokens < 1 || tokens < 1) {
      throw new IllegalArgumentException(
          "limits: found %d rounds, %d tokens a reply and %d in all, expected at least 1 of each"
              .formatted(rounds, replyTokens, tokens));
    }
  }
}
