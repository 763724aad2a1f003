package org.cycleqd.dialogue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

  /**
   * The verdict where the dialogue ends before the environment has come to one: the model has had
   * its turns or tokens, or there is no room for more.
   *
   * @param why in words
   * @return empty if there is none then
   */
  default Optional<V> cut(String why) throws IOException, InterruptedException {
    return Optional.empty();
  }

  /**
   * What names the dialogue in draws.
   *
   * @param number its place among those that are carried on
   */
  default String address(int number) {
    return Integer.toString(number);
  }

  /** Closes what {@link #begin} opened, also where that failed half-way. */
  @Override
  void close();
}
