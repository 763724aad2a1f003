package org.cycleqd.task;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How an item is put to a model. */
public sealed interface Asking {

  /** The model answers with one line, as it was trained to: a space, the answer, the end token. */
  record Line() implements Asking {}

  /**
   * The model goes on from the prompt as it stands.
   *
   * @param stops texts that end the answer and are not part of it
   * @param tokens most tokens that the task's authors give an answer
   */
  record Completion(List<String> stops, int tokens) implements Asking {

    /** Copies the texts and checks that there is room for an answer. */
    public Completion {
      stops = List.copyOf(stops);
      if (tokens < 1 || stops.contains("")) {
        throw new IllegalArgumentException(
            "a completion needs tokens and stops that are not empty, found %d and %s"
                .formatted(tokens, stops));
      }
    }

    /** An answer up to the first stop. */
    public String cut(String answer) {
      int end = answer.length();
      for (String stop : stops) {
        int at = answer.indexOf(stop);
        end = at < 0 ? end : Math.min(end, at);
      }
      return answer.substring(0, end);
    }
  }

  /**
   * The model writes nothing: the answer is the choice that it finds most probable after the
   * prompt. A choice follows the prompt after a space.
   *
   * @param by how probabilities of choices of different lengths are compared
   */
  record Choice(Measure by) implements Asking {}

  /**
   * The item is a chat with an environment: see {@link DialogueTask}.
   *
   * @param replies most turns of the model
   * @param tokens most tokens of a reply
   */
  record Talk(int replies, int tokens) implements Asking {

    /** Checks that something can be said. */
    public Talk {
      if (replies < 1 || tokens < 1) {
        throw new IllegalArgumentException(
            "a talk needs replies and tokens, found %d and %d".formatted(replies, tokens));
      }
    }
  }

  /** The item's prompt is a text whose probability is asked for; the answer is its measure. */
  record Probability() implements Asking {}

  /**
   * The model as a whole is handed to a program, which gives the scores of all items; the answers
   * are these scores.
   *
   * @param arguments the program and its arguments, with {@code {endpoint}} or {@code {folder}} for
   *     the model
   * @param environment names of the variables that the program sees
   * @param limit time for one model
   * @param folder where it runs; no result depends on it
   */
  record Program(List<String> arguments, List<String> environment, Duration limit, Path folder)
      implements Asking {

    /** Copies the lists. */
    public Program {
      arguments = List.copyOf(arguments);
      environment = List.copyOf(environment);
    }

    @Override
    public String toString() {
      return "Program[%s, environment %s, limit %s]".formatted(arguments, environment, limit);
    }
  }

  /** What the most probable choice is the largest by. */
  enum Measure {
    /** The log-probability of the choice given the prompt. */
    RAW,
    /** That divided by the choice's length in bytes (lm-eval's {@code acc_norm}). */
    BYTES,
    /** That less the choice's log-probability after the word {@code Answer:} alone (PMI). */
    MUTUAL_INFORMATION
  }
}
