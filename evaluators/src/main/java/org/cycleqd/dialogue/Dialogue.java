package org.cycleqd.dialogue;

import java.io.IOException;
import java.util.List;
import org.cycleqd.lm.text.ChatMessage;

/**
 * One dialogue's environment. It is used by one thread; its methods may take their time, and what
 * they throw is a failure of this dialogue alone.
 *
 * @param <V> what is found out about the model
 */
public interface Dialogue<V> extends AutoCloseable {

  /** Opens what the environment needs; returns the first messages, at least one. */
  List<ChatMessage> begin() throws IOException, InterruptedException;

  /** What follows a reply: another message to the model, or the verdict. */
  Turn<V> answer(String reply) throws IOException, InterruptedException;

  /** Closes what {@link #begin} opened, also where that failed half-way. */
  @Override
  void close();
}
