package org.cycleqd.remote;

import java.util.OptionalInt;
import org.cycleqd.lm.Sampling;

/**
 * A prompt to be continued.
 *
 * @param prompt text or tokens
 * @param sampling how the continuation is chosen; the seed is sent if it draws
 * @param limits where the continuation ends
 * @param logProbabilities how many alternatives to report for each token, beside its own
 *     log-probability; nothing is reported if empty. SGLang takes 0 for "nothing"
 * @param echo whether the answer repeats the prompt, with its log-probabilities if there are any;
 *     vLLM and SGLang do so, llama.cpp refuses or ignores it, Ollama ignores it
 */
public record CompletionRequest(
    Prompt prompt, Sampling sampling, Limits limits, OptionalInt logProbabilities, boolean echo) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the number of alternatives is negative
   */
  public CompletionRequest {
    requireCount(logProbabilities);
  }

  /** Text to be continued, with nothing else reported. */
  public static CompletionRequest of(String prompt, Sampling sampling, Limits limits) {
    return new CompletionRequest(
        new Prompt.Text(prompt), sampling, limits, OptionalInt.empty(), false);
  }

  static void requireCount(OptionalInt logProbabilities) {
    if (logProbabilities.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "request: logProbabilities: found %d, expected at least 0"
              .formatted(logProbabilities.getAsInt()));
    }
  }
}
