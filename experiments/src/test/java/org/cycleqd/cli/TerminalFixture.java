package org.cycleqd.cli;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;

/** A terminal in memory with a clock that the test moves. */
final class TerminalFixture {

  private final String input;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicLong nanos = new AtomicLong(-5);

  TerminalFixture() {
    this("");
  }

  /** A terminal at which somebody has typed this. */
  TerminalFixture(String input) {
    this.input = input;
  }

  Terminal terminal(boolean interactive, int columns) {
    return new Terminal(
        new BufferedReader(new StringReader(input)),
        new PrintWriter(out),
        new PrintWriter(err),
        interactive,
        columns,
        nanos::get);
  }

  void pass(double seconds) {
    nanos.addAndGet(Math.round(seconds * 1e9));
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
