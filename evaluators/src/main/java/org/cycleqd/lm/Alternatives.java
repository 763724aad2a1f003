package org.cycleqd.lm;

import java.util.Arrays;
import java.util.List;

/**
 * The most probable tokens at one place of a text, the best first.
 *
 * @param ids [k] token ids
 * @param logProbabilities [k] natural logarithms
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record Alternatives(int[] ids, float[] logProbabilities) {

  /** No tokens, where nobody asked for them. */
  public static final Alternatives NONE = new Alternatives(new int[0], new float[0]);

  /**
   * The first {@code wanted} entries of a row that is {@code width} wide, or as many as there are.
   *
   * @param row number of the row
   */
  static Alternatives of(long[] ids, float[] logProbabilities, int row, int width, int wanted) {
    int count = Math.min(width, wanted);
    if (count == 0) {
      return NONE;
    }
    int from = row * width;
    return new Alternatives(
        Arrays.stream(ids, from, from + count).mapToInt(Math::toIntExact).toArray(),
        Arrays.copyOfRange(logProbabilities, from, from + count));
  }

  /** How many entries the most demanding of some rows gets. */
  static int widest(List<Row> rows, int vocabulary) {
    int most = rows.stream().mapToInt(row -> row.detail().alternatives()).max().orElse(0);
    return Math.min(most, vocabulary);
  }
}
