package org.cycleqd.spectral;

import java.util.List;

/**
 * What a genome's core makes of one tensor [m, n].
 *
 * @param form what the coefficients are over
 * @param coefficients row by row
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
record Core(Form form, float[] coefficients) {

  /** What coefficients are over. */
  enum Form {
    /** There are none. */
    NONE,
    /** Pairs of a stored left and a stored right singular vector, of all experts: [r, r]. */
    SPANNED,
    /** Elements of the tensor: [m, n]. */
    DENSE
  }

  private static final Core NONE = new Core(Form.NONE, new float[0]);

  /** Sum of the experts' stored components. */
  static int span(List<Change> changes) {
    return changes.stream().mapToInt(change -> change.factors().stored()).sum();
  }

  /** The smaller form for changes of a tensor. */
  static Form form(List<Change> changes, long rows, long columns) {
    return span(changes) < Math.min(rows, columns) ? Form.SPANNED : Form.DENSE;
  }

  /**
   * Reads a genome's core.
   *
   * @throws IllegalArgumentException if it has neither form
   */
  static Core of(TensorCoefficients core, List<Change> changes, long rows, long columns) {
    long found = core.shift().length;
    if (found == 0) {
      return NONE;
    }
    long span = span(changes);
    boolean spanned = form(changes, rows, columns) == Form.SPANNED && found == span * span;
    if (!spanned && found != rows * columns) {
      throw new IllegalArgumentException(
          "core: found %d coefficients, expected %d x %d or %d x %d"
              .formatted(found, span, span, rows, columns));
    }
    return new Core(spanned ? Form.SPANNED : Form.DENSE, core.shift());
  }
}
