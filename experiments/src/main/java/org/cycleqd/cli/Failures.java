package org.cycleqd.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.cycleqd.engine.SearchException;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;
import org.cycleqd.merge.recipe.RecipeException;
import picocli.CommandLine.ExitCode;

/** Turns an exception into one line and an exit code. */
final class Failures {

  private Failures() {}

  static int exitCode(Throwable failure) {
    return switch (cause(failure)) {
      case ConfigException _, RecipeException _ -> ExitCode.USAGE;
      default -> ExitCode.SOFTWARE;
    };
  }

  static String message(Throwable failure) {
    Throwable cause = cause(failure);
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    return switch (cause) {
      case UserException _, SearchException _ -> message;
      case NoSuchFileException _ -> "no such file: " + message;
      case AccessDeniedException _ -> "no access to " + message;
      case FileAlreadyExistsException _ -> "exists already: " + message;
      case IOException _ when !message.isEmpty() -> message;
      case InterruptedException _ -> "interrupted";
      case OutOfMemoryError _ ->
          "out of memory (" + message + "); CYCLEQD_JAVA_OPTS=-Xmx4g ./cycleqd ... gives more";
      default ->
          "unexpected %s%s (--stacktrace shows where)"
              .formatted(cause.getClass().getSimpleName(), message.isEmpty() ? "" : ": " + message);
    };
  }

  private static Throwable cause(Throwable failure) {
    boolean wrapper =
        failure instanceof ExecutionException
            || failure instanceof CompletionException
            || failure instanceof UncheckedIOException;
    Throwable cause = failure.getCause();
    return wrapper && cause != null ? cause(cause) : failure;
  }
}
