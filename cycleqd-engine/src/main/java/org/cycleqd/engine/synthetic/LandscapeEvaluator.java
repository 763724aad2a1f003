package org.cycleqd.engine.synthetic;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.cycleqd.engine.Descent;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.ItemEvaluator;
import org.cycleqd.engine.Question;
import org.cycleqd.engine.Sitting;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;

/** Scores genomes on a landscape: an item is solved where the disturbed quality exceeds its bar. */
record LandscapeEvaluator(Landscape landscape, int itemsOfTask, String split)
    implements ItemEvaluator {

  @Override
  public List<Integer> items() {
    return Collections.nCopies(landscape.layout().experts().size(), itemsOfTask);
  }

  @Override
  public Evaluation evaluate(Genome genome, Descent descent) {
    Answers answers = answers(genome);
    double[][] scores = new double[items().size()][itemsOfTask];
    for (int task = 0; task < scores.length; task++) {
      for (int item = 0; item < itemsOfTask; item++) {
        scores[task][item] = answers.score(task, item);
      }
    }
    return Evaluation.of(scores);
  }

  @Override
  public Sitting sit(Genome genome, Descent descent) {
    return answers(genome);
  }

  private Answers answers(Genome genome) {
    double[] qualities = new double[items().size()];
    Arrays.setAll(qualities, task -> landscape.quality(genome, task));
    double noise = landscape.rule().noise();
    Draws draws =
        noise == 0 ? new Draws(0) : Draws.at(landscape.rule().seed(), split, genome.digest());
    return new Answers(qualities, itemsOfTask, noise, draws);
  }

  /** The answers of one genome. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answers(double[] qualities, int items, double noise, Draws draws)
      implements Sitting {

    double score(int task, int item) {
      double disturbed =
          noise == 0
              ? qualities[task]
              : qualities[task] + noise * draws.gaussian((long) task * items + item);
      return disturbed > (item + 0.5) / items ? 1 : 0;
    }

    @Override
    public double[] score(List<Question> questions) {
      return questions.stream()
          .mapToDouble(question -> score(question.task(), question.item()))
          .toArray();
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
