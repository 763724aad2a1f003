package org.cycleqd.cli;

import java.util.Optional;
import java.util.function.Supplier;

/** Says a last word if the process is told to end before this is closed. */
final class InterruptionNotice implements AutoCloseable {

  private final Thread hook;

  /**
   * Waits for the end of the process.
   *
   * @param word what is said then, if anything
   */
  InterruptionNotice(Terminal terminal, Supplier<Optional<String>> word) {
    hook =
        new Thread(() ->
            word.get()
                .ifPresent(text -> {
                  terminal.err().println((terminal.interactive() ? "\n" : "") + text);
                  terminal.err().flush();
                }));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the word is being said.
    }
  }
}
