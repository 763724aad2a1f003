package org.cycleqd.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.cycleqd.experiment.run.ExperimentRun;
import org.jspecify.annotations.Nullable;

/** Shows a run's phases, each on a line of its own. */
final class RunProgress implements ExperimentRun.Observer, AutoCloseable {

  private final Terminal terminal;
  private @Nullable ProgressLine line;
  private String label = "";
  private int replays;
  private final BasisProgress components;

  RunProgress(Terminal terminal) {
    this.terminal = terminal;
    this.components = new BasisProgress(terminal);
  }

  @Override
  public void phase(String what) {
    close();
    terminal.phase(what);
  }

  @Override
  public void searched(int done, int total, double best, boolean replayed) {
    if (replayed) {
      replays = done;
      return;
    }
    if (replays > 0 && line == null) {
      terminal.err().printf(Locale.ROOT, "continuing after %d of %d candidates%n", replays, total);
    }
    line("search", replays, total)
        .update(done, Double.isNaN(best) ? "" : String.format(Locale.ROOT, "best mean %.3f", best));
  }

  @Override
  public void tested(int done, int total) {
    line("test", 0, total).update(done, "");
  }

  @Override
  public void decomposed(String expert, int done, int total, String tensor) {
    components.decomposed(expert, done, total, tensor);
  }

  @Override
  public void damaged(Path file, String reason) {
    components.damaged(file, reason);
  }

  private ProgressLine line(String wanted, int start, int total) {
    ProgressLine current = line;
    if (current == null || !label.equals(wanted)) {
      close();
      current = terminal.progress(wanted, start, total);
      line = current;
      label = wanted;
    }
    return current;
  }

  @Override
  public void close() {
    components.close();
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
