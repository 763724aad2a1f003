package org.cycleqd.remote;

import java.util.Locale;

/**
 * One turn of a chat.
 *
 * @param role whose turn it is
 * @param content what is said
 */
public record ChatMessage(Role role, String content) {

  /** Who speaks. */
  public enum Role {
    /** Instructions for the whole chat. */
    SYSTEM,
    /** The one who asks. */
    USER,
    /** The model. */
    ASSISTANT;

    String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Instructions. */
  public static ChatMessage system(String content) {
    return new ChatMessage(Role.SYSTEM, content);
  }

  /** A question. */
  public static ChatMessage user(String content) {
    return new ChatMessage(Role.USER, content);
  }

  /** An answer. */
  public static ChatMessage assistant(String content) {
    return new ChatMessage(Role.ASSISTANT, content);
  }
}
