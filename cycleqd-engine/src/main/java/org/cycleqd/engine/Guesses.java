package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.Elite;
import org.cycleqd.archive.ItemVector;

/** Guesses at a child's item scores before it is asked. They decide an order and nothing else. */
final class Guesses {

  /** A child mostly answers as its parents do; all elites together only decide between equals. */
  private static final double PARENTS = 0.9;

  private Guesses() {}

  /**
   * Mixes the mean of the parents' scores with that of all elites.
   *
   * @param elites of all archives, each once, with their items
   * @param parents numbers of the parents, which are among the elites
   * @return a guess for each item of each task, in task order
   */
  static List<double[]> of(List<Elite> elites, List<Integer> parents) {
    List<Elite> own = elites.stream().filter(elite -> parents.contains(elite.candidate())).toList();
    List<double[]> guesses = new ArrayList<>();
    for (int task = 0; task < elites.getFirst().scores().size(); task++) {
      double[] guess = new double[elites.getFirst().items().get(task).size()];
      add(guess, own, task, PARENTS);
      add(guess, elites, task, 1 - PARENTS);
      guesses.add(guess);
    }
    return guesses;
  }

  private static void add(double[] guess, List<Elite> elites, int task, double weight) {
    double each = weight / elites.size();
    for (Elite elite : elites) {
      ItemVector items = elite.items().get(task);
      for (int i = 0; i < guess.length; i++) {
        guess[i] += each * items.get(i);
      }
    }
  }
}
