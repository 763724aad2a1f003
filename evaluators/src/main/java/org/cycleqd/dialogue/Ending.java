package org.cycleqd.dialogue;

/**
 * How a dialogue ended.
 *
 * @param <V> what is found out about the model
 */
public sealed interface Ending<V> {

  /** The environment came to a verdict. */
  record Verdict<V>(V value) implements Ending<V> {}

  /** The model had as many turns as it may. */
  record RoundLimit<V>() implements Ending<V> {}

  /** The model's replies have as many tokens as they may. */
  record TokenLimit<V>() implements Ending<V> {}

  /** The dialogue has outgrown the model's context. */
  record NoRoom<V>(String why) implements Ending<V> {}

  /** The environment failed. */
  record Failed<V>(String why) implements Ending<V> {}
}
