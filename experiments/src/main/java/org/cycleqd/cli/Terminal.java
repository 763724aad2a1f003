package org.cycleqd.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * Where a command reads and writes.
 *
 * @param in what a person or a program tells the command
 * @param out results
 * @param err progress and complaints
 * @param interactive whether a person watches {@code err}
 * @param columns width of a line
 * @param nanoTime a clock in nanoseconds with any origin
 */
public record Terminal(
    BufferedReader in,
    PrintWriter out,
    PrintWriter err,
    boolean interactive,
    int columns,
    LongSupplier nanoTime) {

  /**
   * The streams of this process. The JDK only knows about terminals where both input and output are
   * one, so the launcher tells through the system property {@code cycleqd.stderr.columns} that
   * standard error is a terminal, and how wide.
   */
  static Terminal system() {
    int columns = Integer.getInteger("cycleqd.stderr.columns", 0);
    return new Terminal(
        new BufferedReader(new InputStreamReader(System.in, charset(System.out.charset()))),
        new PrintWriter(System.out, true, charset(System.out.charset())),
        new PrintWriter(System.err, true, charset(System.err.charset())),
        columns > 0,
        columns,
        System::nanoTime);
  }

  /** A locale without a language claims ASCII, but says nothing about what the terminal shows. */
  static Charset charset(Charset claimed) {
    return claimed.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : claimed;
  }

  /** Says on {@code err} what begins, where a person watches. */
  void phase(String what) {
    if (interactive) {
      err.println(what + " ...");
    }
  }

  /**
   * Starts a progress line on {@code err}.
   *
   * @param label what is going on
   * @param start steps that were done before now
   * @param total steps in all
   */
  public ProgressLine progress(String label, long start, long total) {
    return new ProgressLine(this, label, ProgressUnit.STEPS, start, total);
  }

  /**
   * Starts a progress line on {@code err} that counts bytes, e.g. {@code merging 3.2/16.1 GB 1.45
   * GB/s elapsed 0:02 left 0:09}.
   *
   * @param label what is going on
   * @param total bytes in all
   */
  public ProgressLine bytes(String label, long total) {
    return new ProgressLine(this, label, ProgressUnit.BYTES, 0, total);
  }
}
