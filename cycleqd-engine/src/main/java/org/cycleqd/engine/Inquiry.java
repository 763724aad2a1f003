package org.cycleqd.engine;

import java.util.List;
import java.util.function.Predicate;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.Genome;

/**
 * Which items of a candidate are asked, and when no more are. All of it is fixed when the candidate
 * is bred, from archives that hold the children up to its own number minus the lag, so that it does
 * not depend on when others are done.
 *
 * @param enough whether what is known of the items, in task order, is enough to stop
 * @param order which items come next
 */
record Inquiry(Predicate<List<SeenScores>> enough, ItemOrder order) {

  /** Scores a candidate until all is known or enough. */
  Result score(ItemEvaluator evaluator, Genome genome, Descent descent)
      throws EvaluationException, InterruptedException {
    try (Sitting sitting = evaluator.sit(genome, descent)) {
      return score(sitting, evaluator.items());
    }
  }

  /** Asks until all is known or enough; the outcomes are still to be filled in. */
  Result score(Sitting sitting, List<Integer> items)
      throws EvaluationException, InterruptedException {
    List<SeenScores> seen = items.stream().map(SeenScores::none).toList();
    while (seen.stream().anyMatch(task -> task.seen() < task.size())) {
      if (enough.test(seen)) {
        return new Result.Stopped(seen);
      }
      List<Question> questions = order.next(seen);
      seen = with(seen, questions, sitting.score(questions));
    }
    return new Result.Scored(
        new Evaluation(seen.stream().map(SeenScores::complete).toList()), List.of());
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
