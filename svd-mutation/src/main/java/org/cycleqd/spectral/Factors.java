package org.cycleqd.spectral;

import java.lang.foreign.MemorySegment;

/**
 * Singular components of an expert's task vector in one tensor [m, n].
 *
 * @param kept how many components a genome addresses one by one
 * @param norm Frobenius norm of the task vector
 * @param residual Frobenius norm of what the kept components leave of it
 * @param error each value is that close to a singular value; 0 where the decomposition was exact
 * @param values [r] singular values, descending; r is at least {@code kept}, or 0 for no change
 * @param left [m, r] float32, left singular vectors as columns
 * @param right [r, n] float32, right singular vectors as rows
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
record Factors(
    int kept,
    float norm,
    float residual,
    float error,
    float[] values,
    MemorySegment left,
    MemorySegment right) {

  /** Components of which there are no vectors, since they are all zero or not wanted. */
  static Factors without(int kept, float norm) {
    return new Factors(kept, norm, norm, 0, new float[0], MemorySegment.NULL, MemorySegment.NULL);
  }

  /** r, the components with vectors. */
  int stored() {
    return values.length;
  }
}
