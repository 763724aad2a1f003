package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.Elite;
import org.cycleqd.archive.ItemVector;

/**
 * How often children solve an item that so many of their parents solved, by task, counted over the
 * children that were scored in full. It only serves to guess.
 */
final class Inheritance {

  private static final int CLASSES = 3;

  /** By task and class: how many items there were, and the sum of their scores. */
  private final double[][] items;

  private final double[][] sums;

  /** Nothing counted; every class starts with one item that was solved and one that was not. */
  Inheritance(int tasks) {
    this.items = new double[tasks][CLASSES];
    this.sums = new double[tasks][CLASSES];
    for (int k = 0; k < tasks; k++) {
      for (int c = 0; c < CLASSES; c++) {
        items[k][c] = 2;
        sums[k][c] = 1;
      }
    }
  }

  /**
   * The class of each item of each task: 0 where the parents failed it, 1 where one of two solved
   * it, 2 where both did.
   *
   * @param parents with their items, at least one
   */
  static List<int[]> classes(List<Elite> parents) {
    List<int[]> classes = new ArrayList<>();
    for (int task = 0; task < parents.getFirst().items().size(); task++) {
      int[] own = new int[parents.getFirst().items().get(task).size()];
      for (int i = 0; i < own.length; i++) {
        double sum = 0;
        for (Elite parent : parents) {
          ItemVector scores = parent.items().get(task);
          sum += scores.get(i);
        }
        own[i] = (int) Math.round((CLASSES - 1) * sum / parents.size());
      }
      classes.add(own);
    }
    return classes;
  }

  /** Counts a child. */
  void learn(List<int[]> classes, Evaluation child) {
    for (int task = 0; task < items.length; task++) {
      int[] own = classes.get(task);
      ItemScores scores = child.tasks().get(task);
      for (int i = 0; i < own.length; i++) {
        items[task][own[i]]++;
        sums[task][own[i]] += scores.get(i);
      }
    }
  }

  /** The probability that a child solves each item, as counted so far. */
  List<double[]> probabilities(List<int[]> classes) {
    List<double[]> probabilities = new ArrayList<>();
    for (int task = 0; task < items.length; task++) {
      int[] own = classes.get(task);
      double[] each = new double[own.length];
      for (int i = 0; i < own.length; i++) {
        each[i] = sums[task][own[i]] / items[task][own[i]];
      }
      probabilities.add(each);
    }
    return probabilities;
  }
}
