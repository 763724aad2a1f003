package org.cycleqd.dialogue;

/**
 * An environment's turn.
 *
 * @param <V> what is found out about the model
 */
public sealed interface Turn<V> {

  /** The user's next message. */
  record Say<V>(String text) implements Turn<V> {}

  /** The end. */
  record Verdict<V>(V value) implements Turn<V> {}
}
