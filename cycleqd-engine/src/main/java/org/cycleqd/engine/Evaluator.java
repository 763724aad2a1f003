package org.cycleqd.engine;

import org.cycleqd.spectral.Genome;

/**
 * Scores a model. All the engine knows of a model is its genome; composing it, prompting it and
 * judging its answers happens behind this interface.
 *
 * <p>It is called from several threads at once and must give the same evaluation for the same
 * genome whichever thread asks and whenever; otherwise a run cannot be repeated.
 */
@FunctionalInterface
public interface Evaluator {

  /**
   * Scores a genome in every task of the run, in task order.
   *
   * @throws EvaluationException if this candidate cannot be scored: it is recorded as failed,
   *     enters no archive, and the run goes on. Any other exception ends the run.
   * @throws InterruptedException if the run is being stopped
   */
  Evaluation evaluate(Genome genome) throws EvaluationException, InterruptedException;

  /**
   * Scores a genome whose descent is known, which may be quicker: a child mostly answers as its
   * parents did. The evaluation is the same.
   *
   * @throws EvaluationException as above
   * @throws InterruptedException as above
   */
  default Evaluation evaluate(Genome genome, Descent descent)
      throws EvaluationException, InterruptedException {
    return evaluate(genome);
  }
}
