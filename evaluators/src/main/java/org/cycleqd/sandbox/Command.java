package org.cycleqd.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * A program to run, and what it may see.
 *
 * @param arguments the program, by its absolute path, and its arguments
 * @param binds what of the host it may read beside the system's programs and libraries
 * @param directory the absolute path inside the sandbox where it starts
 * @param input what it reads from standard input
 * @param limits what it may use
 */
public record Command(
    List<String> arguments, List<ReadOnlyBind> binds, Path directory, String input, Limits limits) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if there is no program or {@code directory} is not absolute
   */
  public Command {
    arguments = List.copyOf(arguments);
    binds = List.copyOf(binds);
    if (arguments.isEmpty() || !directory.isAbsolute()) {
      throw new IllegalArgumentException(
          "a command needs a program and an absolute directory, found %s in %s"
              .formatted(arguments, directory));
    }
  }

  /** A program in {@code /tmp} with no binds and no input, under {@link Limits#DEFAULT}. */
  public static Command of(String... arguments) {
    return new Command(List.of(arguments), List.of(), Path.of("/tmp"), "", Limits.DEFAULT);
  }

  /** The same command with another input, in UTF-8. */
  public Command reading(String text) {
    return new Command(arguments, binds, directory, text, limits);
  }

  /** The same command under other limits. */
  public Command under(Limits other) {
    return new Command(arguments, binds, directory, input, other);
  }

  /** The same command with another directory and other binds. */
  public Command in(Path folder, List<ReadOnlyBind> visible) {
    return new Command(arguments, visible, folder, input, limits);
  }
}
