package org.cycleqd.spectral;

/** What a genome may do with the experts' changes of a kind of tensor. */
public enum Treatment {
  /** Every singular component has a coefficient. */
  INCLUDE,
  /** The change has one coefficient as a whole. */
  SCALAR,
  /** The change is left out: every individual has the base's weights there. */
  EXCLUDE
}
