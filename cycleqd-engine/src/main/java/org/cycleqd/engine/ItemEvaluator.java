package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.spectral.Genome;

/**
 * Scores a model item by item, in the order that the search asks for, so that the search can stop
 * when it knows enough. Of archives it knows nothing.
 */
public interface ItemEvaluator extends Evaluator {

  /** Number of items of each task, in task order; the same for every candidate. */
  List<Integer> items();

  /**
   * Begins to score a genome.
   *
   * @throws EvaluationException if this candidate cannot be scored
   * @throws InterruptedException if the run is being stopped
   */
  Sitting sit(Genome genome, Descent descent) throws EvaluationException, InterruptedException;

  /** Scores all items at once. */
  @Override
  default Evaluation evaluate(Genome genome, Descent descent)
      throws EvaluationException, InterruptedException {
    List<Question> all = new ArrayList<>();
    for (int task = 0; task < items().size(); task++) {
      for (int item = 0; item < items().get(task); item++) {
        all.add(new Question(task, item));
      }
    }
    try (Sitting sitting = sit(genome, descent)) {
      double[] scores = sitting.score(all);
      List<ItemScores> tasks = new ArrayList<>();
      int from = 0;
      for (int count : items()) {
        double[] own = new double[count];
        System.arraycopy(scores, from, own, 0, count);
        tasks.add(ItemScores.of(own));
        from += count;
      }
      return new Evaluation(tasks);
    }
  }

  @Override
  default Evaluation evaluate(Genome genome) throws EvaluationException, InterruptedException {
    return evaluate(genome, new Descent(0, List.of()));
  }
}
