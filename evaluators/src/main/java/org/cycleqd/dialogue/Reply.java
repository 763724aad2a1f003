package org.cycleqd.dialogue;

/** What a model makes of a chat. */
public sealed interface Reply {

  /**
   * A message.
   *
   * @param text without end tokens
   * @param tokens of it, the end token included
   */
  record Said(String text, int tokens) implements Reply {}

  /**
   * The chat does not fit into the model's context.
   *
   * @param why with numbers
   */
  record NoRoom(String why) implements Reply {}
}
