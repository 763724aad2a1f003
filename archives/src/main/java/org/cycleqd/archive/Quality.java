package org.cycleqd.archive;

import java.util.List;

/** Which of a candidate's scores is the quality; the others are behaviour characteristics. */
record Quality(int task, String name, int tasks) {

  Quality {
    if (task < 0 || task >= tasks) {
      throw new IllegalArgumentException(
          "task number %d does not fit %d tasks".formatted(task, tasks));
    }
  }

  double of(Elite elite) {
    return elite.scores().get(task);
  }

  /** The items of the quality. */
  ItemVector items(Elite elite) {
    if (elite.items().isEmpty()) {
      throw new IllegalArgumentException(
          "archive %s: candidate %d has no item scores to compare"
              .formatted(name, elite.candidate()));
    }
    return elite.items().get(task);
  }

  /** The characteristics among scores or bounds of scores. */
  double[] characteristics(double[] scores) {
    if (scores.length != tasks) {
      throw new IllegalArgumentException(
          "archive %s of %d tasks got %d scores".formatted(name, tasks, scores.length));
    }
    double[] characteristics = new double[tasks - 1];
    for (int a = 0; a < characteristics.length; a++) {
      characteristics[a] = scores[a < task ? a : a + 1];
    }
    return characteristics;
  }

  double[] characteristics(List<Double> scores) {
    if (scores.size() != tasks) {
      throw new IllegalArgumentException(
          "archive %s of %d tasks got %d scores".formatted(name, tasks, scores.size()));
    }
    double[] characteristics = new double[tasks - 1];
    for (int a = 0; a < characteristics.length; a++) {
      characteristics[a] = scores.get(a < task ? a : a + 1);
    }
    return characteristics;
  }
}
