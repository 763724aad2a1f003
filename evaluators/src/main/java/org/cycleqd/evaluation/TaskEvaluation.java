package org.cycleqd.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.cycleqd.task.DialogueTask;
import org.cycleqd.task.Item;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;

/** Puts a task's items to a model and lets the task judge the answers, in batches. */
public final class TaskEvaluation {

  /** Large enough to fill the model's rows, small enough to see progress. */
  private static final int BATCH = 128;

  private static final double NANOS = 1e9;

  private final Respondent respondent;
  private final AnswerCache cache;
  private final OptionalInt limit;
  private final Trials trials;

  /**
   * Prepares evaluations.
   *
   * @param cache answers that are known already; new ones are put there
   * @param limit most tokens of an answer, in place of the task's
   */
  public TaskEvaluation(Respondent respondent, AnswerCache cache, OptionalInt limit) {
    this(respondent, cache, limit, Trials.once());
  }

  /**
   * Prepares evaluations.
   *
   * @param cache answers that are known already; new ones are put there
   * @param limit most tokens of an answer, in place of the task's
   */
  public TaskEvaluation(
      Respondent respondent, AnswerCache cache, OptionalInt limit, Trials trials) {
    this.respondent = respondent;
    this.cache = cache;
    this.limit = limit;
    this.trials = trials;
  }

  /**
   * Asks all items. Dialogues are always carried on anew: what is said in them depends on their
   * environments.
   *
   * @param progress told how many are done
   */
  public List<Sample> run(Task task, List<Item> items, IntConsumer progress)
      throws IOException, InterruptedException {
    if (task instanceof DialogueTask dialogues) {
      return Talks.run(respondent, dialogues, items, trials, limit, progress);
    }
    List<Sample> samples = new ArrayList<>();
    for (int from = 0; from < items.size(); from += BATCH) {
      List<Item> batch = items.subList(from, Math.min(items.size(), from + BATCH));
      long start = System.nanoTime();
      List<Response> responses = answers(task, batch);
      List<Verdict> verdicts = task.judge(batch, responses.stream().map(Response::answer).toList());
      double each = (System.nanoTime() - start) / NANOS / batch.size();
      for (int i = 0; i < batch.size(); i++) {
        samples.add(
            new Sample(
                task.name(),
                from + i,
                0,
                batch.get(i),
                task.asking(),
                responses.get(i),
                verdicts.get(i),
                each));
      }
      progress.accept(samples.size());
    }
    return samples;
  }

  private List<Response> answers(Task task, List<Item> batch)
      throws IOException, InterruptedException {
    List<Item> open =
        batch.stream().filter(item -> cache.find(task.asking(), item, limit).isEmpty()).toList();
    cache.reuse(batch.size() - open.size());
    if (!open.isEmpty()) {
      cache.put(task.asking(), open, limit, respondent.answer(task.asking(), open, limit));
    }
    List<Response> responses = new ArrayList<>();
    for (Item item : batch) {
      responses.add(cache.find(task.asking(), item, limit).orElseThrow());
    }
    return responses;
  }
}
