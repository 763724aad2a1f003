package org.cycleqd.remote;

/** Why an answer ended. */
public enum FinishReason {
  /** The model ended it, or a stop text did. */
  STOP,
  /** The limit of new tokens, or of the context, was reached. */
  LENGTH,
  /** The server withheld text. */
  CONTENT_FILTER,
  /** Another reason, such as a call of a tool or an abort, or none was given. */
  OTHER;

  static FinishReason of(String json) {
    return switch (json) {
      case "stop" -> STOP;
      case "length" -> LENGTH;
      case "content_filter" -> CONTENT_FILTER;
      default -> OTHER;
    };
  }
}
