package org.cycleqd.cli;

import java.nio.file.Path;
import org.cycleqd.spectral.BasisListener;
import org.jspecify.annotations.Nullable;

/** Shows how far the experts are taken apart, each on a line of its own. */
final class BasisProgress implements BasisListener, AutoCloseable {

  private final Terminal terminal;
  private @Nullable ProgressLine line;
  private String shown = "";

  BasisProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public synchronized void decomposed(String expert, int done, int total, String tensor) {
    ProgressLine current = line;
    if (current == null || !shown.equals(expert)) {
      close();
      current = terminal.progress("components of " + expert, 0, total);
      line = current;
      shown = expert;
    }
    current.update(done, tensor);
  }

  @Override
  public synchronized void damaged(Path file, String reason) {
    close();
    terminal.err().println("note: %s: %s; it is built again".formatted(file, reason));
  }

  @Override
  public synchronized void close() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
