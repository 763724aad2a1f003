package org.cycleqd.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.cycleqd.lm.Sampling;
import org.cycleqd.random.Draws;
import org.cycleqd.task.Asking;
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
   * Asks all items, as often as there are repeats; samples are in the order of items and repeats.
   * Of dialogues that are known, the replies are said once more to environments as they were at the
   * beginning.
   *
   * @param progress told how many answers are done
   * @throws IllegalArgumentException if an item does not fit into the model's context, or there is
   *     no sense in repeats or draws
   */
  public List<Sample> run(Task task, List<Item> items, IntConsumer progress)
      throws IOException, InterruptedException {
    if (task instanceof DialogueTask dialogues) {
      return new Talks(respondent, dialogues, cache, limit, trials).run(items, progress);
    }
    requireSense(task);
    List<Sample> samples = new ArrayList<>();
    // A program scores all items at once.
    int most = task.asking() instanceof Asking.Program ? items.size() : BATCH;
    for (int from = 0; from < items.size(); from += most) {
      List<Item> batch = items.subList(from, Math.min(items.size(), from + most));
      for (int repeat = 0; repeat < trials.repeats(); repeat++) {
        samples.addAll(batch(task, batch, from, repeat));
        progress.accept(samples.size());
      }
    }
    samples.sort(Comparator.comparingInt(Sample::index).thenComparingInt(Sample::repeat));
    return samples;
  }

  private void requireSense(Task task) {
    boolean draws = trials.sampling().draws();
    boolean written =
        switch (task.asking()) {
          case Asking.Line _, Asking.Completion _, Asking.Talk _ -> true;
          case Asking.Choice _, Asking.Probability _, Asking.Program _ -> false;
        };
    if (draws && !written) {
      throw new IllegalArgumentException("the model is not asked to write, so nothing is drawn");
    }
    if (trials.repeats() > 1 && !draws) {
      throw new IllegalArgumentException(
          "the most probable answer is the same in all %d repeats; draw with a temperature"
              .formatted(trials.repeats()));
    }
  }

  private List<Sample> batch(Task task, List<Item> batch, int from, int repeat)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    List<Response> responses =
        trials.sampling().draws()
            ? respondent.answer(task.asking(), batch, limit, item -> sampling(item, repeat))
            : answers(task, batch);
    List<Verdict> verdicts = task.judge(batch, responses.stream().map(Response::answer).toList());
    double each = (System.nanoTime() - start) / NANOS / batch.size();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      samples.add(
          new Sample(
              task.name(),
              from + i,
              repeat,
              batch.get(i),
              task.asking(),
              responses.get(i),
              verdicts.get(i),
              each));
    }
    return samples;
  }

  private Sampling sampling(Item item, int repeat) {
    Sampling all = trials.sampling();
    long own = Draws.at(all.seed(), "item", item.id(), repeat).bits(0);
    return new Sampling(all.temperature(), all.topP(), own);
  }

  /** The most probable answers, which may be known. */
  private List<Response> answers(Task task, List<Item> batch)
      throws IOException, InterruptedException {
    if (task.asking() instanceof Asking.Program) {
      // What a program says may depend on more than the model.
      return respondent.answer(task.asking(), batch, limit, _ -> Sampling.greedy());
    }
    String asking = task.asking().toString();
    List<Item> open =
        batch.stream().filter(item -> cache.find(asking, item, limit).isEmpty()).toList();
    cache.reuse(batch.size() - open.size());
    if (!open.isEmpty()) {
      cache.put(
          asking,
          open,
          limit,
          respondent.answer(task.asking(), open, limit, _ -> Sampling.greedy()));
    }
    List<Response> responses = new ArrayList<>();
    for (Item item : batch) {
      responses.add(cache.find(asking, item, limit).orElseThrow());
    }
    return responses;
  }
}
