package org.cycleqd.lm.text.jinja;

/** Counts what a rendering has used and ends it beyond a limit. */
final class Budget {

  private final Limits limits;
  private long steps;
  private long memory;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
  }

  /** Goes one step further and one level deeper; {@link #leave} comes back. */
  void enter() {
    step();
    if (++depth > limits.depth()) {
      throw new Refusal("nested more than %d deep".formatted(limits.depth()));
    }
  }

  void leave() {
    depth--;
  }

  void step() {
    if (++steps > limits.steps()) {
      throw new Refusal("took more than %d steps".formatted(limits.steps()));
    }
  }

  /** Announces a value of a size, before it is made. */
  void claim(long size) {
    memory += size;
    if (size > limits.memory() || memory > limits.memory()) {
      throw new Refusal("made values of more than %d characters".formatted(limits.memory()));
    }
  }

  void write(StringBuilder out, String text) {
    if (out.length() + (long) text.length() > limits.output()) {
      throw new Refusal("wrote more than %d characters".formatted(limits.output()));
    }
    out.append(text);
  }
}
