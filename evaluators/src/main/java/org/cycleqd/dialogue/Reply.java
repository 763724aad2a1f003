package org.cycleqd.dialogue;

/** What a model makes of a chat. */
public sealed interface Reply {

  /**
   * A message.
   *
   * @param text without end tokens
   * @param tokens of it, the end token included
   * @param cut whether it has reached its limit, and not its end
   */
  record Said(String text, int tokens, boolean cut) implements Reply {}

  /**
   * The chat does not fit into the model's context.
   *
   * @param why with numbers
   */
  record NoRoom(String why) implements Reply {}
}
