package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;

/**
 * The toy's tasks item by item: an item is solved where the toy's score of the task, shaken a
 * little for each genome and item, passes the item's difficulty.
 *
 * @param binary whether items score 0 or 1; otherwise scores are graded
 * @param asked counts the items that were asked
 */
record NoisyItems(boolean binary, AtomicLong asked) implements ItemEvaluator {

  private static final double NOISE = 0.1;
  private static final int GRADES = 7;

  static NoisyItems binary(boolean binary) {
    return new NoisyItems(binary, new AtomicLong());
  }

  @Override
  public List<Integer> items() {
    return List.of(Toy.ITEMS, Toy.ITEMS, Toy.ITEMS);
  }

  @Override
  public Sitting sit(Genome genome, Descent descent) {
    List<Double> scores = Toy.evaluate(genome).scores();
    Draws draws = Draws.at(7, genome.digest());
    return new Sitting() {
      @Override
      public double[] score(List<Question> questions) {
        asked.addAndGet(questions.size());
        List<Double> found = new ArrayList<>();
        for (Question question : questions) {
          double shaken =
              scores.get(question.task())
                  + NOISE * draws.child(question.task()).gaussian(question.item());
          double difficulty = (question.item() * 13 % Toy.ITEMS + 0.5) / Toy.ITEMS;
          double graded = Math.clamp(Math.round(GRADES * shaken), 0, GRADES) / (double) GRADES;
          found.add(binary ? (shaken > difficulty ? 1.0 : 0.0) : graded);
        }
        return found.stream().mapToDouble(Double::doubleValue).toArray();
      }

      @Override
      public void close() {}
    };
  }
}
