package org.cycleqd.merge.kernel;

import java.util.Arrays;

/** The reference: one element after the other. */
final class ScalarKernel implements MergeKernel {

  /** Number of interleaved partial sums. */
  static final int SUMS = 16;

  /** Elements after which the partial sums are added to the float64 total. */
  static final int BLOCK = 512;

  private static final int MAGNITUDE = 0x7FFF_FFFF;
  static final float FLOOR = 1e-6f;
  static final float CANCELLED = 1e-8f;

  @Override
  public void weightedSum(float[][] inputs, float[] weights, float[] out, int count) {
    weightedSum(inputs, weights, out, 0, count);
  }

  void weightedSum(float[][] inputs, float[] weights, float[] out, int start, int end) {
    for (int i = start; i < end; i++) {
      float sum = weights[0] * inputs[0][i];
      for (int k = 1; k < weights.length; k++) {
        sum += weights[k] * inputs[k][i];
      }
      out[i] = sum;
    }
  }

  @Override
  public void addDifferences(
      float[] base, float[][] inputs, float[] weights, float[] out, int count) {
    addDifferences(base, inputs, weights, out, 0, count);
  }

  void addDifferences(
      float[] base, float[][] inputs, float[] weights, float[] out, int start, int end) {
    for (int i = start; i < end; i++) {
      float sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * (inputs[k][i] - base[i]);
      }
      out[i] = base[i] + sum;
    }
  }

  @Override
  public void sumOnto(float[] base, float[][] deltas, float[] weights, float[] out, int count) {
    sumOnto(base, deltas, weights, out, 0, count);
  }

  void sumOnto(float[] base, float[][] deltas, float[] weights, float[] out, int start, int end) {
    for (int i = start; i < end; i++) {
      float sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * deltas[k][i];
      }
      out[i] = base[i] + sum;
    }
  }

  @Override
  public void subtract(float[] values, float[] base, int count) {
    for (int i = 0; i < count; i++) {
      values[i] -= base[i];
    }
  }

  @Override
  public void scale(float[] values, float factor, int count) {
    for (int i = 0; i < count; i++) {
      values[i] *= factor;
    }
  }

  @Override
  public void elect(
      float[] base, float[][] deltas, float[] weights, Election election, float[] out, int count) {
    elect(base, deltas, weights, election, out, 0, count);
  }

  void elect(
      float[] base,
      float[][] deltas,
      float[] weights,
      Election election,
      float[] out,
      int start,
      int end) {
    boolean weighted = election.vote() == Election.Vote.WEIGHTED;
    for (int i = start; i < end; i++) {
      float votes = 0;
      for (int k = 0; k < weights.length; k++) {
        votes += weighted ? weights[k] * deltas[k][i] : deltas[k][i];
      }
      float sum = 0;
      float weight = 0;
      int agreeing = 0;
      for (int k = 0; k < weights.length; k++) {
        float value = weights[k] * deltas[k][i];
        float vote = weighted ? value : deltas[k][i];
        if (votes < 0 ? vote < 0 : vote > 0) {
          sum += value;
          weight += weights[k];
          agreeing++;
        }
      }
      float divided =
          switch (election.divisor()) {
            case ONE, WEIGHT -> sum * election.factor(weight);
            case FLOORED_WEIGHT -> sum / Math.max(weight, FLOOR);
            case COUNT -> sum / Math.max(agreeing, 1);
          };
      out[i] = base[i] + election.lambda() * divided;
    }
  }

  /** What a sum is multiplied with to be divided by weights: one where they cancel. */
  static float reciprocal(float weight) {
    return Math.abs(weight) < CANCELLED ? 1 : 1 / weight;
  }

  @Override
  public void drop(float[] values, long key, long index, long threshold, int count) {
    drop(values, key, index, threshold, 0, count);
  }

  void drop(float[] values, long key, long index, long threshold, int start, int end) {
    for (int i = start; i < end; i++) {
      long number = index + i;
      int coin = Coins.toss(Coins.low(key, number), Coins.high(key, number), (int) number);
      if (Integer.toUnsignedLong(coin) >= threshold) {
        values[i] = 0;
      }
    }
  }

  @Override
  public void keepAbove(float[] values, float magnitude, boolean inclusive, int count) {
    for (int i = 0; i < count; i++) {
      float size = Math.abs(values[i]);
      values[i] = size > magnitude || (inclusive && size == magnitude) ? values[i] : 0;
    }
  }

  @Override
  public void keepBelow(float[] values, float magnitude, boolean inclusive, int count) {
    for (int i = 0; i < count; i++) {
      float size = Math.abs(values[i]);
      values[i] = size < magnitude || (inclusive && size == magnitude) ? values[i] : 0;
    }
  }

  @Override
  public int countEqual(float[] values, float magnitude, int count) {
    int equal = 0;
    for (int i = 0; i < count; i++) {
      equal += Math.abs(values[i]) == magnitude ? 1 : 0;
    }
    return equal;
  }

  @Override
  public long collect(float[] values, int low, int shift, int bins, int[] hits, int count) {
    return collect(values, low, shift, bins, hits, 0, 0, count);
  }

  long collect(
      float[] values, int low, int shift, int bins, int[] hits, long found, int start, int end) {
    int used = (int) found;
    int above = (int) (found >>> Integer.SIZE);
    for (int i = start; i < end; i++) {
      int bits = Float.floatToRawIntBits(values[i]) & MAGNITUDE;
      if (bits >= low) {
        int bin = (bits - low) >> shift;
        if (bin < bins) {
          hits[used++] = bin;
        } else {
          above++;
        }
      }
    }
    return (long) above << Integer.SIZE | used;
  }

  @Override
  public double dot(float[] a, float[] b, int start, int count) {
    double total = 0;
    float[] sums = new float[SUMS];
    for (int block = 0; block < count; block += BLOCK) {
      Arrays.fill(sums, 0);
      for (int i = block; i < Math.min(count, block + BLOCK); i++) {
        sums[i % SUMS] += a[start + i] * b[start + i];
      }
      total += total(sums);
    }
    return total;
  }

  @Override
  public void dots(float[] a, float[] b, int start, int count, double[] out, int offset) {
    out[offset] = dot(a, a, start, count);
    out[offset + 1] = dot(a, b, start, count);
    out[offset + 2] = dot(b, b, start, count);
  }

  @Override
  public double sumOfMagnitudes(float[] values, int start, int count) {
    double total = 0;
    float[] sums = new float[SUMS];
    for (int block = 0; block < count; block += BLOCK) {
      Arrays.fill(sums, 0);
      for (int i = block; i < Math.min(count, block + BLOCK); i++) {
        sums[i % SUMS] += Math.abs(values[start + i]);
      }
      total += total(sums);
    }
    return total;
  }

  static double total(float[] sums) {
    double total = 0;
    for (float sum : sums) {
      total += sum;
    }
    return total;
  }

  @Override
  public int firstBeyond(float[] values, float limit, int count) {
    return firstBeyond(values, limit, 0, count);
  }

  int firstBeyond(float[] values, float limit, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!(Math.abs(values[i]) <= limit)) {
        return i;
      }
    }
    return -1;
  }
}
