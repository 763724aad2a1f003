package org.cycleqd.dialogue;

import java.io.IOException;
import java.util.List;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;

/** A model that carries on chats. Safe for use by many threads, which wait for their replies. */
public interface ChatModel {

  /**
   * The next message of a chat.
   *
   * @param messages so far, at least one
   * @param limit most tokens of the reply, at least one
   * @throws IOException if the model fails, whatever the chat
   * @throws InterruptedException if interrupted; the reply is not computed further then
   */
  Reply reply(List<ChatMessage> messages, Sampling sampling, int limit)
      throws IOException, InterruptedException;
}
