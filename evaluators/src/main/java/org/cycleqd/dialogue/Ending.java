package org.cycleqd.dialogue;

/**
 * How a dialogue ended.
 *
 * @param <V> what is found out about the model
 */
public sealed interface Ending<V> {

  /** Why there is no verdict, in words; empty if there is one. */
  String why();

  /** The environment came to a verdict. */
  record Verdict<V>(V value) implements Ending<V> {

    @Override
    public String why() {
      return "";
    }
  }

  /** The model had as many turns as it may. */
  record RoundLimit<V>(int rounds) implements Ending<V> {

    @Override
    public String why() {
      return "no end after %d replies".formatted(rounds);
    }
  }

  /** The model's replies have as many tokens as they may. */
  record TokenLimit<V>(int tokens) implements Ending<V> {

    @Override
    public String why() {
      return "no end after %d tokens".formatted(tokens);
    }
  }

  /** The dialogue has outgrown the model's context. */
  record NoRoom<V>(String why) implements Ending<V> {}

  /** The environment failed. */
  record Failed<V>(String why) implements Ending<V> {}
}
