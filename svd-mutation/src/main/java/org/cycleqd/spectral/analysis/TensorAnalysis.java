package org.cycleqd.spectral.analysis;

import java.util.List;

/**
 * K experts' task vectors in one tensor.
 *
 * @param tensor its name
 * @param products [K][K] inner products of the task vectors; squared norms on the diagonal
 * @param spectra for each expert the squared singular values, descending; empty where the tensor is
 *     no matrix or spectra were not wanted
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
public record TensorAnalysis(String tensor, double[][] products, List<double[]> spectra) {

  /** Copies the list. */
  public TensorAnalysis {
    spectra = List.copyOf(spectra);
  }

  /** Whether there are singular values. */
  public boolean spectral() {
    return !spectra.isEmpty();
  }

  /** Frobenius norm of an expert's task vector. */
  public double norm(int expert) {
    return Math.sqrt(products[expert][expert]);
  }

  /**
   * The fewest leading components that hold a share of an expert's squared norm.
   *
   * @param share in (0, 1]
   * @return 0 if the task vector is zero or there are no singular values
   */
  public int rank(int expert, double share) {
    if (!spectral()) {
      return 0;
    }
    double[] squares = spectra.get(expert);
    double total = 0;
    for (double square : squares) {
      total += square;
    }
    double held = 0;
    for (int i = 0; i < squares.length && total > 0; i++) {
      held += squares[i];
      // The sum of all in this order is the total itself.
      if (held >= share * total) {
        return i + 1;
      }
    }
    return 0;
  }
}
