package org.cycleqd.archive;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the nearest of many points, by a k-d tree. The answer is that of comparing with all of
 * them: of equally near points the one with the lowest number.
 */
final class NearestPoint {

  private static final int LEAF = 8;

  /** Points in the tree's order, one behind the other. */
  private final double[] points;

  /** Numbers of the points, in the same order. */
  private final int[] numbers;

  private final int dimensions;
  private final Node root;

  private sealed interface Node {}

  private record Leaf(int from, int to) implements Node {}

  /** Points below {@code at} are left; those exactly there may be on either side. */
  private record Split(int axis, double at, Node left, Node right) implements Node {}

  private static final class Best {
    private double distance = Double.POSITIVE_INFINITY;
    private int number = Integer.MAX_VALUE;
  }

  private NearestPoint(List<double[]> all) {
    dimensions = all.getFirst().length;
    Integer[] order = IntStream.range(0, all.size()).boxed().toArray(Integer[]::new);
    root = build(all, order, 0, order.length);
    points = new double[order.length * dimensions];
    numbers = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      numbers[i] = order[i];
      System.arraycopy(all.get(order[i]), 0, points, i * dimensions, dimensions);
    }
  }

  /** Takes at least one point; all have the same number of coordinates. */
  static NearestPoint of(List<double[]> points) {
    return new NearestPoint(points);
  }

  private static Node build(List<double[]> all, Integer[] order, int from, int to) {
    if (to - from <= LEAF) {
      return new Leaf(from, to);
    }
    int axis = widest(all, order, from, to);
    Arrays.sort(order, from, to, Comparator.comparingDouble(number -> all.get(number)[axis]));
    int middle = (from + to) >>> 1;
    return new Split(
        axis,
        all.get(order[middle])[axis],
        build(all, order, from, middle),
        build(all, order, middle, to));
  }

  private static int widest(List<double[]> all, Integer[] order, int from, int to) {
    int widest = 0;
    double most = -1;
    for (int axis = 0; axis < all.getFirst().length; axis++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = from; i < to; i++) {
        low = Math.min(low, all.get(order[i])[axis]);
        high = Math.max(high, all.get(order[i])[axis]);
      }
      if (high - low > most) {
        most = high - low;
        widest = axis;
      }
    }
    return widest;
  }

  /** The number of the point nearest to {@code query}. */
  int index(double[] query) {
    Best best = new Best();
    search(root, query, best);
    return best.number;
  }

  private void search(Node node, double[] query, Best best) {
    switch (node) {
      case Leaf(int from, int to) -> scan(from, to, query, best);
      case Split(int axis, double at, Node left, Node right) -> {
        double beyond = query[axis] - at;
        search(beyond < 0 ? left : right, query, best);
        // A point on the other side is at least this far away, also in rounded arithmetic; one that
        // is just as far may have the lower number.
        if (beyond * beyond <= best.distance) {
          search(beyond < 0 ? right : left, query, best);
        }
      }
    }
  }

  private void scan(int from, int to, double[] query, Best best) {
    for (int i = from; i < to; i++) {
      double sum = 0;
      for (int a = 0; a < dimensions; a++) {
        double difference = query[a] - points[i * dimensions + a];
        sum += difference * difference;
      }
      if (sum < best.distance || (sum == best.distance && numbers[i] < best.number)) {
        best.distance = sum;
        best.number = numbers[i];
      }
    }
  }
}
