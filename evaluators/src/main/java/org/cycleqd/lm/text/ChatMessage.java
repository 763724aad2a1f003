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

  /** Instructions for the whole dialogue. */
  public static ChatMessage system(String content) {
    return new ChatMessage("system", content);
  }

  /** What the model is asked or told. */
  public static ChatMessage user(String content) {
    return new ChatMessage("user", content);
  }

  /** What the model says. */
  public static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", content);
  }
}
