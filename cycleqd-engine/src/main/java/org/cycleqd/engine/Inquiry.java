package org.cycleqd.engine;

import java.util.List;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.Genome;

/**
 * Which items of a candidate are asked, and when no more are. All of it is fixed when the candidate
 * is bred, from archives that hold the children up to its own number minus the lag, so that it does
 * not depend on when others are done.
 *
 * @param stopping how bounds follow from scores
 * @param bars what the candidate must beat
 * @param order which items come next
 */
record Inquiry(Stopping stopping, Bars bars, ItemOrder order) {

  /** Scores a candidate until all is known or enough. */
  Result score(ItemEvaluator evaluator, Genome genome, Descent descent)
      throws EvaluationException, InterruptedException {
    List<SeenScores> seen = evaluator.items().stream().map(SeenScores::none).toList();
    try (Sitting sitting = evaluator.sit(genome, descent)) {
      while (true) {
        if (seen.stream().allMatch(task -> task.seen() == task.size())) {
          return new Result.Scored(
              new Evaluation(seen.stream().map(SeenScores::complete).toList()), List.of());
        }
        if (bars.closed(stopping.bounds(seen))) {
          return new Result.Stopped(seen);
        }
        List<Question> questions = order.next(seen);
        seen = with(seen, questions, sitting.score(questions));
      }
    }
  }

  private static List<SeenScores> with(
      List<SeenScores> seen, List<Question> questions, double[] scores) {
    if (scores.length != questions.size()) {
      throw new IllegalStateException(
          "the evaluator gave %d scores, expected %d".formatted(scores.length, questions.size()));
    }
    SeenScores[] more = seen.toArray(SeenScores[]::new);
    for (int i = 0; i < scores.length; i++) {
      Question question = questions.get(i);
      more[question.task()] = more[question.task()].with(new int[] {question.item()}, scores[i]);
    }
    return List.of(more);
  }
}
