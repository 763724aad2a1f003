package org.cycleqd.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code cycleqd eval} is asked for.
 *
 * @param model a Hugging Face model folder
 * @param tasks types of tasks, e.g. {@code pico-code}
 * @param items items of each task
 * @param itemSeed seed of generated items
 * @param maxNewTokens an answer is cut after so many tokens
 * @param threads threads of the matrix products
 * @param json whether the scores are printed as one JSON document instead of a table
 */
public record EvaluationRequest(
    Path model,
    List<String> tasks,
    Split split,
    int items,
    long itemSeed,
    int maxNewTokens,
    int threads,
    boolean json) {

  /** Copies the tasks. */
  public EvaluationRequest {
    tasks = List.copyOf(tasks);
  }

  /** A disjoint part of a task's items. */
  public enum Split {
    /** What a search may see. */
    OPTIMISATION,
    /** What only a final evaluation sees. */
    TEST;

    static Split of(String name) {
      return switch (name) {
        case "optimisation" -> OPTIMISATION;
        case "test" -> TEST;
        default ->
            throw new TypeConversionException(
                "is '%s', expected one of optimisation, test".formatted(name));
      };
    }
  }
}
