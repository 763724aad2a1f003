package org.cycleqd.pool;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.engine.EvaluationException;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.analysis.NormGuard;

/**
 * What a candidate must pass before any item is scored; one that does not is recorded as failed,
 * with the reason.
 *
 * @param norms refuses genomes whose task vectors have outgrown the experts'; nothing is composed
 * @param logits whether the logits of a prompt of each task must be finite
 * @param repetitions refuses a model whose answers to a prompt of each task all reach the limit and
 *     end in so many repetitions of the same tokens
 */
public record Screening(Optional<NormGuard> norms, boolean logits, OptionalInt repetitions) {

  /** Passes everything. */
  public static final Screening NONE = new Screening(Optional.empty(), false, OptionalInt.empty());

  /** Longest stretch of tokens whose repetition is looked for. */
  private static final int LONGEST_PERIOD = 16;

  /** Checks the number. */
  public Screening {
    if (repetitions.isPresent() && repetitions.getAsInt() < 2) {
      throw new IllegalArgumentException(
          "repetitions: found %d, expected 2 or more".formatted(repetitions.getAsInt()));
    }
  }

  /** Judges coefficients. */
  void pass(Genome genome) throws EvaluationException {
    if (norms.isPresent()) {
      NormGuard.Verdict verdict = norms.get().judge(genome);
      if (!verdict.passed()) {
        throw new EvaluationException(
            String.format(
                Locale.ROOT,
                "screening: the task vector of tensor %s has up to %.3f times the largest expert's norm",
                verdict.worst(),
                verdict.ratio()));
      }
    }
  }

  /** Judges a composed model. */
  void pass(LiveModel model, Examination examination) throws EvaluationException {
    if (logits) {
      for (int[] prompt : examination.probes()) {
        requireFinite(model.logits(prompt));
      }
    }
    if (repetitions.isPresent()) {
      int times = repetitions.getAsInt();
      List<int[]> answers = examination.probeAnswers(model);
      if (answers.stream().allMatch(answer -> repeats(answer, examination.limit(), times))) {
        throw new EvaluationException(
            "screening: a prompt of each task is answered by repetition without end");
      }
    }
  }

  private static void requireFinite(float[][] logits) throws EvaluationException {
    for (int t = 0; t < logits.length; t++) {
      for (float value : logits[t]) {
        if (!Float.isFinite(value)) {
          throw new EvaluationException(
              "screening: found the logit %s at token %d of a prompt, expected finite numbers"
                  .formatted(value, t));
        }
      }
    }
  }

  /** Whether an answer reaches the limit and ends in repetitions of up to 16 tokens. */
  static boolean repeats(int[] answer, int limit, int times) {
    if (answer.length < limit) {
      return false;
    }
    for (int period = 1; period <= LONGEST_PERIOD && period * times <= answer.length; period++) {
      int from = answer.length - period * times;
      if (Arrays.equals(
          answer, from, answer.length - period, answer, from + period, answer.length)) {
        return true;
      }
    }
    return false;
  }
}
