package org.cycleqd.checkpoint.adapter;

/**
 * How much of a tensor's change an adapter holds.
 *
 * @param tensor the tensor's name in the base
 * @param treatment how the change is stored
 * @param rank rank of the factors, 0 if there are none
 * @param energy squared Frobenius norm of the change that was wanted
 * @param discarded squared Frobenius norm of the part of it that the adapter does not hold
 */
public record TensorReport(
    String tensor, Treatment treatment, int rank, double energy, double discarded) {

  /** How a change is stored. */
  public enum Treatment {
    /** As low-rank factors. */
    FACTORS,
    /** As a whole tensor. */
    SAVED,
    /** Not at all. */
    LEFT_OUT,
    /** There is no change. */
    UNCHANGED
  }
}
