package org.cycleqd.cli;

import java.util.Locale;

/**
 * One line, rewritten in place, that says how far the work is; silent if nobody watches.
 *
 * <p>It is redrawn at most five times a second and once more on closing, which also ends the line.
 * Any thread may report.
 */
public final class ProgressLine implements AutoCloseable {

  private static final long INTERVAL_NANOS = 200_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Terminal terminal;
  private final String label;
  private final ProgressUnit unit;
  private final long start;
  private final long total;
  private final long startNanos;

  private long done;
  private String suffix = "";
  private long drawnNanos;
  private int drawnLength;

  ProgressLine(Terminal terminal, String label, ProgressUnit unit, long start, long total) {
    this.terminal = terminal;
    this.label = label;
    this.unit = unit;
    this.start = start;
    this.total = total;
    this.done = start;
    this.startNanos = terminal.nanoTime().getAsLong();
    this.drawnNanos = startNanos - INTERVAL_NANOS;
  }

  /**
   * Reports the state of the work.
   *
   * @param done steps or bytes done in all
   * @param suffix anything worth seeing, e.g. the best score
   */
  public synchronized void update(long done, String suffix) {
    // Threads that count together may report in another order than they counted.
    this.done = Math.max(this.done, done);
    this.suffix = suffix;
    long now = terminal.nanoTime().getAsLong();
    if (now - drawnNanos >= INTERVAL_NANOS) {
      draw(now);
    }
  }

  @Override
  public synchronized void close() {
    draw(terminal.nanoTime().getAsLong());
    if (terminal.interactive()) {
      terminal.err().println();
    }
  }

  private void draw(long now) {
    drawnNanos = now;
    if (!terminal.interactive()) {
      return;
    }
    String line = line((now - startNanos) / NANOS_PER_SECOND);
    // A line that reaches the last column would wrap, and a wrapped line cannot be rewritten.
    String shown = line.substring(0, Math.min(line.length(), Math.max(0, terminal.columns() - 1)));
    terminal.err().print("\r" + shown + " ".repeat(Math.max(0, drawnLength - shown.length())));
    terminal.err().flush();
    drawnLength = shown.length();
  }

  private String line(double elapsed) {
    StringBuilder text = new StringBuilder(label);
    text.append("  ").append(unit.amount(done, total));
    double rate = elapsed > 0 ? (done - start) / elapsed : 0;
    if (rate > 0) {
      text.append("  ").append(unit.rate(rate));
    }
    text.append("  elapsed ").append(duration(elapsed));
    if (rate > 0 && done < total) {
      text.append("  left ").append(duration((total - done) / rate));
    }
    return suffix.isEmpty() ? text.toString() : text.append("  ").append(suffix).toString();
  }

  /** Minutes and seconds, with hours before them from one hour on. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
