package org.cycleqd.checkpoint.adapter;

import java.util.List;

/**
 * How much of the changes that were wanted an adapter holds.
 *
 * @param tensors in the base's order
 */
public record AdapterReport(List<TensorReport> tensors) {

  /** Copies the list. */
  public AdapterReport {
    tensors = List.copyOf(tensors);
  }

  /** Squared Frobenius norm of all changes that were wanted. */
  public double energy() {
    return tensors.stream().mapToDouble(TensorReport::energy).sum();
  }

  /** Squared Frobenius norm of what the adapter does not hold. */
  public double discarded() {
    return tensors.stream().mapToDouble(TensorReport::discarded).sum();
  }

  /** {@link #discarded} as a share of {@link #energy}, in [0, 1]; 0 if nothing was to change. */
  public double discardedShare() {
    return energy() > 0 ? discarded() / energy() : 0;
  }
}
