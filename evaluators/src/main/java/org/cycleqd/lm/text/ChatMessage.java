package org.cycleqd.lm.text;

/**
 * One turn of a dialogue.
 *
 * @param role who speaks: {@code system}, {@code user}, {@code assistant} or what a template knows
 */
public record ChatMessage(String role, String content) {

  /** Requires a role. */
  public ChatMessage {
    if (role.isEmpty()) {
      throw new IllegalArgumentException("role: found nothing, expected a name");
    }
  }
}
