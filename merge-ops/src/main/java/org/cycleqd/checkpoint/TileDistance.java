package org.cycleqd.checkpoint;

import org.cycleqd.tensor.TensorRows;

/** Compares two runs of rows, row by row. */
final class TileDistance {

  private TileDistance() {}

  static TensorDistance of(RowTile tile, TensorRows one, TensorRows two) {
    int columns = Math.toIntExact(tile.spec().columns());
    float[] a = new float[Math.toIntExact(tile.elements())];
    float[] b = new float[a.length];
    one.read(tile.firstRow(), tile.rows(), a);
    two.read(tile.firstRow(), tile.rows(), b);
    TensorDistance sum = TensorDistance.none(tile.spec().name());
    for (int row = 0; row < tile.rows(); row++) {
      sum = sum.plus(ofRow(sum.tensor(), a, b, row * columns, columns));
    }
    return sum;
  }

  /**
   * Even and odd elements have sums of their own: the order is fixed, and the processor need not
   * wait for one addition before the next.
   */
  private static TensorDistance ofRow(String tensor, float[] a, float[] b, int start, int count) {
    double difference0 = 0;
    double difference1 = 0;
    double first0 = 0;
    double first1 = 0;
    double second0 = 0;
    double second1 = 0;
    double product0 = 0;
    double product1 = 0;
    double maximum = 0;
    int differing = 0;
    int end = start + count;
    for (int i = start; i < end; i += 2) {
      double x = a[i];
      double y = b[i];
      double d = distance(a[i], b[i]);
      difference0 += d * d;
      first0 += x * x;
      second0 += y * y;
      product0 += x * y;
      maximum = Math.max(maximum, d);
      differing += differs(a[i], b[i]);
      if (i + 1 < end) {
        double z = a[i + 1];
        double w = b[i + 1];
        double e = distance(a[i + 1], b[i + 1]);
        difference1 += e * e;
        first1 += z * z;
        second1 += w * w;
        product1 += z * w;
        maximum = Math.max(maximum, e);
        differing += differs(a[i + 1], b[i + 1]);
      }
    }
    return new TensorDistance(
        tensor,
        count,
        differing,
        maximum,
        difference0 + difference1,
        first0 + first1,
        second0 + second1,
        product0 + product1);
  }

  private static double distance(float x, float y) {
    return differs(x, y) == 0 ? 0 : Math.abs((double) x - (double) y);
  }

  private static int differs(float x, float y) {
    return Float.floatToRawIntBits(x) == Float.floatToRawIntBits(y) ? 0 : 1;
  }
}
