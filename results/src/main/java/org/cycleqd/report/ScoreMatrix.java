package org.cycleqd.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Scores of several methods on the same items: per task a matrix [methods x items] of fractions in
 * [0, 1].
 */
public final class ScoreMatrix {

  private final List<String> methods;
  private final SequencedMap<String, INDArray> tasks;

  private ScoreMatrix(List<String> methods, SequencedMap<String, INDArray> tasks) {
    this.methods = methods;
    this.tasks = tasks;
  }

  /**
   * Takes item scores.
   *
   * @param methods distinct names, in row order
   * @param scores by task, in task order: one row per method, one column per item
   * @throws IllegalArgumentException if names repeat, there is no method, task or item, rows do not
   *     fit, or a score is not in [0, 1]
   */
  public static ScoreMatrix of(List<String> methods, SequencedMap<String, double[][]> scores) {
    if (methods.isEmpty() || scores.isEmpty()) {
      throw new IllegalArgumentException("a score matrix needs a method and a task");
    }
    if (new HashSet<>(methods).size() != methods.size()) {
      throw new IllegalArgumentException("names of methods must be distinct, got " + methods);
    }
    SequencedMap<String, INDArray> tasks = new LinkedHashMap<>();
    scores.forEach((task, rows) -> tasks.put(task, matrix(task, methods, rows)));
    return new ScoreMatrix(List.copyOf(methods), Collections.unmodifiableSequencedMap(tasks));
  }

  private static INDArray matrix(String task, List<String> methods, double[][] rows) {
    if (rows.length != methods.size()) {
      throw new IllegalArgumentException(
          "task %s: expected one row for each of %d methods, got %d"
              .formatted(task, methods.size(), rows.length));
    }
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length == 0 || rows[row].length != rows[0].length) {
        throw new IllegalArgumentException(
            "task %s: method %s has %d items, %s has %d"
                .formatted(
                    task, methods.get(row), rows[row].length, methods.getFirst(), rows[0].length));
      }
      for (double score : rows[row]) {
        if (!(score >= 0 && score <= 1)) {
          throw new IllegalArgumentException(
              "task %s: method %s has the score %s, expected a fraction in [0, 1]"
                  .formatted(task, methods.get(row), score));
        }
      }
    }
    return Nd4j.createFromArray(rows).castTo(DataType.DOUBLE);
  }

  /** Names of the methods, in row order. */
  public List<String> methods() {
    return methods;
  }

  /** Names of the tasks, in task order. */
  public List<String> tasks() {
    return List.copyOf(tasks.sequencedKeySet());
  }

  /**
   * A method's scores.
   *
   * @throws IllegalArgumentException if there is no such method
   */
  public MethodScore score(String method, MethodScore.Kind kind) {
    int row = row(method);
    SequencedMap<String, TaskScore> scores = new LinkedHashMap<>();
    List<Double> means = new ArrayList<>();
    List<Double> errors = new ArrayList<>();
    for (Map.Entry<String, INDArray> task : tasks.entrySet()) {
      INDArray items = task.getValue().getRow(row);
      TaskScore score =
          new TaskScore(
              Math.clamp(mean(items), 0.0, 1.0), standardError(items), (int) items.length());
      scores.put(task.getKey(), score);
      means.add(score.mean());
      errors.add(score.standardError());
    }
    return new MethodScore(method, kind, scores, meanOf(means), errorOfMean(errors));
  }

  /**
   * The paired comparison of a method with a rival.
   *
   * @throws IllegalArgumentException if there is no such method
   */
  public Comparison compare(String method, String rival) {
    int first = row(method);
    int second = row(rival);
    SequencedMap<String, Comparison.Difference> differences = new LinkedHashMap<>();
    List<Double> values = new ArrayList<>();
    List<Double> errors = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (Map.Entry<String, INDArray> task : tasks.entrySet()) {
      INDArray mine = task.getValue().getRow(first);
      INDArray other = task.getValue().getRow(second);
      INDArray difference = mine.sub(other);
      values.add(mean(difference));
      errors.add(standardError(difference));
      ours.add(mean(mine));
      theirs.add(mean(other));
      differences.put(
          task.getKey(),
          new Comparison.Difference(
              values.getLast(), errors.getLast(), ratio(ours.getLast(), theirs.getLast())));
    }
    return new Comparison(
        method,
        rival,
        differences,
        new Comparison.Difference(
            meanOf(values), errorOfMean(errors), ratio(meanOf(ours), meanOf(theirs))));
  }

  private int row(String method) {
    int row = methods.indexOf(method);
    if (row < 0) {
      throw new IllegalArgumentException(
          "there is no method %s among %s".formatted(method, methods));
    }
    return row;
  }

  private static double mean(INDArray items) {
    return items.meanNumber().doubleValue();
  }

  private static double standardError(INDArray items) {
    boolean biasCorrected = true;
    return items.length() == 1
        ? Double.NaN
        : items.stdNumber(biasCorrected).doubleValue() / Math.sqrt((double) items.length());
  }

  private static double meanOf(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static double errorOfMean(List<Double> errors) {
    double squares = errors.stream().mapToDouble(error -> error * error).sum();
    return Math.sqrt(squares) / errors.size();
  }

  private static double ratio(double ours, double theirs) {
    return theirs == 0 ? Double.NaN : ours / theirs;
  }
}
