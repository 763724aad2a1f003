package org.cycleqd.cli;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.experiment.run.GenomeExport;
import org.jspecify.annotations.Nullable;

/** Shows how far an individual is composed. */
final class ComposeProgress implements GenomeExport.Observer, AutoCloseable {

  private final Terminal terminal;
  private final BasisProgress components;
  private final AtomicLong done = new AtomicLong();
  private volatile @Nullable ProgressLine line;

  ComposeProgress(Terminal terminal) {
    this.terminal = terminal;
    this.components = new BasisProgress(terminal);
  }

  @Override
  public void decomposed(String expert, int tensors, int total, String tensor) {
    components.decomposed(expert, tensors, total, tensor);
  }

  @Override
  public void damaged(Path file, String reason) {
    components.damaged(file, reason);
  }

  @Override
  public void begins(long bytes) {
    components.close();
    line = terminal.bytes("composing", bytes);
  }

  @Override
  public void accept(long bytes) {
    ProgressLine current = line;
    if (current != null) {
      current.update(done.addAndGet(bytes), "");
    }
  }

  @Override
  public void close() {
    components.close();
    ProgressLine current = line;
    if (current != null) {
      current.close();
    }
  }
}
